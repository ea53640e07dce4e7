import { compileIndex } from '../../src/policy/index/compile.ts';
import type { PolicyIndex } from '../../src/policy/index/policy-index.ts';
import { connections, policyWorkload, type Sizes } from '../micro/policies.ts';
import type { Row } from '../run/rows.ts';
import { leastCpuMs } from './cpu-time.ts';
import { under } from './targets.ts';

export interface DecisionSizes extends Sizes {
  /** Targets in µs: a decision, and one for an end met for the first time. */
  readonly targets: { readonly known: number; readonly fresh: number };
}

/** More connections than the caches of a processor hold. */
const CONNECTIONS = 4096;
const NEW_ENDS = 500;

/** What a decision costs that nobody remembers: one scope, one candidate for each end. */
export function decisionRows(size: DecisionSizes, runs: number): Row[] {
  const resources = policyWorkload(size);
  const options = { mode: 'enforcement', onInvalid: 'refuse', icmpFromPort: true } as const;
  const index = compileIndex(resources, options);
  const facts = connections(index, size.pods, CONNECTIONS);
  const name = `${size.policies} policies`;
  const decide = (scopes: readonly ('pending' | 'enforced')[]): number => {
    const ms = leastCpuMs(runs, () => {
      for (const one of facts) for (const scope of scopes) index.evaluate(one, scope, 'assuming');
    });
    return (ms * 1000) / CONNECTIONS;
  };
  const meet = newEnds(index, size);
  return [
    under(size.targets.known, {
      name: `${name}: decision, pending`,
      unit: 'µs',
      value: decide(['pending']),
    }),
    {
      name: `${name}: decision, pending and enforced`,
      unit: 'µs',
      value: decide(['pending', 'enforced']),
      better: 'less',
    },
    under(size.targets.fresh, {
      name: `${name}: new identity, and its first decision`,
      unit: 'µs',
      value: (leastCpuMs(runs, meet) * 1000) / NEW_ENDS,
    }),
  ];

  function newEnds(of: PolicyIndex, { pods, namespaces }: Sizes): () => void {
    const words = Array.from({ length: pods }, (_, pod) => [...of.labelsOf(pod)]);
    let met = 0;
    return () => {
      for (let end = 0; end < NEW_ENDS; end++) {
        met++;
        const pod = met % pods;
        const labels = new Map([...words[pod]!, ['run', String(met)]]);
        const [destination] = of.ofLabels(
          { namespace: `ns-${pod % namespaces}`, labels, isAggregate: false, isWorkload: true },
          { kind: 'address', address: resources.inventory.endpoints[pod]!.addresses[0]! },
        );
        of.evaluate({ ...facts[0]!, destination: destination! }, 'pending', 'assuming');
      }
    };
  }
}
