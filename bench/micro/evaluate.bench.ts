// What the evaluator and the index cost where no memo helps: a decision for known ends, an end met for
// the first time, a compilation. Prints what the decisions came to, so that runs can be compared.
import { bench, do_not_optimize, run, summary } from 'mitata';
import type { Facts } from '../../src/policy/evaluator/facts.ts';
import { compileIndex } from '../../src/policy/index/compile.ts';
import type { PolicyIndex } from '../../src/policy/index/policy-index.ts';
import { connections, policyWorkload } from './policies.ts';

const sizes = [
  { policies: 2000, pods: 4000, namespaces: 100 },
  { policies: 10_000, pods: 10_000, namespaces: 250 },
];

/** More connections than the processor's caches hold. */
const CONNECTIONS = 4096;

for (const size of sizes) {
  const resources = policyWorkload(size);
  const options = { mode: 'enforcement', onInvalid: 'refuse', icmpFromPort: true } as const;
  const index = compileIndex(resources, options);
  const facts = connections(index, size.pods, CONNECTIONS);
  const name = `${size.policies} policies`;
  report(name, index, facts);
  summary(() => {
    for (const scope of ['enforced', 'pending'] as const) {
      let at = 0;
      bench(`${name}: decide, ${scope}`, () => {
        at = (at + 1) % CONNECTIONS;
        do_not_optimize(index.evaluate(facts[at]!, scope, 'assuming'));
      });
    }
    let met = 0;
    const words = Array.from({ length: size.pods }, (_, pod) => [...index.labelsOf(pod)]);
    bench(`${name}: meet an end for the first time`, () => {
      met++;
      const pod = met % size.pods;
      const [candidate] = index.ofLabels(
        {
          namespace: `ns-${pod % size.namespaces}`,
          labels: new Map([...words[pod]!, ['run', String(met)]]),
          isAggregate: false,
          isWorkload: true,
        },
        { kind: 'address', address: resources.inventory.endpoints[pod]!.addresses[0]! },
      );
      do_not_optimize(index.stagedTouching('ingress', candidate!));
      do_not_optimize(
        index.evaluate({ ...facts[0]!, destination: candidate! }, 'pending', 'strict'),
      );
    });
    bench(`${name}: compile`, () => do_not_optimize(compileIndex(resources, options)));
  });
}

await run();

function report(name: string, index: PolicyIndex, facts: readonly Facts[]): void {
  const verdicts = new Map<string, number>();
  let policies = 0;
  for (const one of facts) {
    const evaluation = index.evaluate(one, 'pending', 'assuming');
    const key = evaluation.status === 'decided' ? evaluation.verdict : evaluation.status;
    verdicts.set(key, (verdicts.get(key) ?? 0) + 1);
    policies += index.policiesOf(one.destination, 'ingress').length;
  }
  const counts = [...verdicts].map(([verdict, count]) => `${verdict} ${count}`).join(', ');
  console.log(`${name}: ${counts}; ${(policies / facts.length).toFixed(1)} policies an end`);
}
