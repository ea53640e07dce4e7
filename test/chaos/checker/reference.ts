import { compilePolicies } from '../../../src/live/compile.ts';
import type { Verdict } from '../../../src/policy/actions.ts';
import type { WorkloadEndpoint } from '../../../src/policy/resources/model.ts';
import type { Json } from '../../oracle/arbitrary-rules.ts';
import { evaluateSlowly } from '../../oracle/evaluate.ts';
import { resourcesFrom } from '../../oracle/setting.ts';
import type { View } from '../../oracle/world-view.ts';

/** What Goldmane's records say that a verdict depends on, where both ends are workloads of the inventory. */
export interface RecordKey {
  readonly source_name: string;
  readonly source_namespace: string;
  readonly dest_name: string;
  readonly dest_namespace: string;
  readonly dest_port: number;
  readonly proto: string;
  /** 1: the source, 2: the destination. */
  readonly reporter: number;
}

const protocols: Readonly<Record<string, number>> = { tcp: 6, udp: 17 };

/** The slow evaluator's verdicts for flow records, under each set of policies that was in force. */
export class Reference {
  readonly #views = new Map<string, View>();
  readonly #known = new Map<string, ReadonlySet<Verdict>>();

  /** A set of policies, as a `List`; returns the hash that records judged by it bear. */
  add(manifests: string): string {
    const options = { mode: 'enforcement', onInvalid: 'refuse', icmpFromPort: true } as const;
    const compiled = compilePolicies([{ file: 'world', text: manifests }], options);
    if (compiled.status === 'refused') throw new Error(JSON.stringify(compiled.problems));
    const { items } = JSON.parse(manifests) as { readonly items: readonly Json[] };
    const resources = resourcesFrom(items, options);
    const hash = compiled.policies.digest.policyHash;
    this.#views.set(hash, { resources, ...options, sets: 'exact' });
    return hash;
  }

  /** Every verdict that is possible, since a record names all pods of a workload at once. */
  verdictsOf(key: RecordKey, policyHash: string): ReadonlySet<Verdict> {
    const id = `${policyHash} ${JSON.stringify(Object.entries(key))}`;
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const view = this.#views.get(policyHash);
    if (view === undefined) return new Set();
    const verdicts = new Set(questionsOf(key, view).map((question) => decide(question, view)));
    this.#known.set(id, verdicts);
    return verdicts;
  }
}

type Question = Parameters<typeof evaluateSlowly>[0];

function decide(question: Question, view: View): Verdict {
  const answer = evaluateSlowly(question, view);
  if (answer.status === 'failed') throw new Error('the reference could not decide');
  return answer.verdict;
}

/** One a pair of addresses that the record may be about. */
function questionsOf(key: RecordKey, view: View): Question[] {
  const sources = podsNamed(key.source_namespace, key.source_name, view);
  const destinations = podsNamed(key.dest_namespace, key.dest_name, view);
  const isEgress = key.reporter === 1;
  return sources.flatMap((source) =>
    destinations.map((destination) => ({
      direction: isEgress ? ('egress' as const) : ('ingress' as const),
      endpoint: isEgress ? source : destination,
      scope: 'pending' as const,
      connection: {
        source: source.addresses[0]!,
        destination: destination.addresses[0]!,
        protocol: protocols[key.proto] ?? 0,
        sourcePort: 0,
        destPort: key.dest_port,
        icmp: null,
      },
    })),
  );
}

/** `name` ends in `*`. */
function podsNamed(namespace: string, name: string, { resources }: View): WorkloadEndpoint[] {
  return resources.inventory.endpoints.filter(
    (endpoint) => endpoint.namespace === namespace && `${endpoint.generateName ?? ''}*` === name,
  );
}
