// What is taken out of a complete record may leave its verdict open, but never turn it: over random worlds
// with the answers of Calico's own code.
import { describe, expect, test } from 'vitest';
import type { PolicyMode, Verdict } from '../../../src/policy/actions.ts';
import type { Facts } from '../../../src/policy/evaluator/facts.ts';
import type { Candidate, LabelFacts } from '../../../src/policy/index/candidate.ts';
import { compileIndex } from '../../../src/policy/index/compile.ts';
import type { PolicyIndex } from '../../../src/policy/index/policy-index.ts';
import {
  resourcesOf,
  worldRows,
  type FlowRow,
  type WorldRow,
} from '../../conformance/world-rows.ts';
import { ip } from '../index/compiled.ts';

/** Every how many of a file's worlds are judged here. */
const STRIDE = 2;

const worlds = worldRows('worlds/worlds-03').filter((_, number) => number % STRIDE === 0);

interface Case {
  readonly flow: FlowRow;
  readonly mode: PolicyMode;
  /** The whole inventory, and the one without the pod whose policies are evaluated. */
  readonly index: PolicyIndex;
  readonly lacking: PolicyIndex;
}

/** Both ends of a flow as they are known, `local` being the one whose policies are evaluated. */
interface Ends {
  readonly index: PolicyIndex;
  readonly local: readonly Candidate[];
  readonly peer: readonly Candidate[];
  readonly numbers?: Partial<Facts>;
}

const nothing = { namespace: null, labels: null, isAggregate: false };

const losses: Readonly<Record<string, (one: Case) => Ends>> = {
  nothing: (one) => wholeEnds(one),
  'the source port': (one) => ({ ...wholeEnds(one), numbers: { sourcePort: -1 } }),
  'the destination port': (one) => ({ ...wholeEnds(one), numbers: { destPort: -1 } }),
  'the protocol': (one) => ({ ...wholeEnds(one), numbers: { protocol: -1 } }),
  'all of the peer': (one) => ({
    ...wholeEnds(one),
    peer: [
      ...one.index.ofRegion({ kind: 'any' }, null),
      ...one.index.ofLabels({ ...nothing, isWorkload: true }, { kind: 'any' }),
      ...one.index.ofLabels({ ...nothing, isWorkload: false }, { kind: 'any' }),
    ],
  }),
  'the pod, not its labels': (one) => wordEnds(one, (words) => words),
  'the pod, not its labels and address': (one) => wordEnds(one, (words) => words, 'any'),
  'the pod and some of its labels': (one) =>
    wordEnds(one, (words) => ({ ...words, isAggregate: true, labels: half(words.labels) })),
  'the pod and its labels': (one) => wordEnds(one, (words) => ({ ...words, labels: null })),
  'the pod, its namespace and labels': (one) =>
    wordEnds(one, (words) => ({ ...words, labels: null, namespace: null }), 'any'),
};

const modes: readonly PolicyMode[] = ['enforcement', 'calico'];

describe('a record that lacks', () => {
  const cases = modes.flatMap((mode) => worlds.flatMap((world) => casesOf(world, mode)));

  test.each(Object.entries(losses))('%s has its verdict among the possible', (_name, lose) => {
    const wrong = cases.filter((one) => !possibleVerdicts(one, lose(one)).has(verdictOf(one)));
    expect(wrong.map(({ flow, mode }) => ({ mode, flow }))).toEqual([]);
    expect(cases.length).toBeGreaterThan(500);
  });

  test.each<readonly [name: string, share: number]>([
    ['nothing', 0.93],
    ['the source port', 0.9],
    ['the destination port', 0.75],
    ['the pod, not its labels', 0.88],
    ['the pod and some of its labels', 0.6],
  ])('%s is decided often', (name, share) => {
    const decided = cases.filter((one) => {
      const ends = losses[name]?.(one);
      return ends !== undefined && possibleVerdicts(one, ends).size === 1;
    });
    expect(decided.length / cases.length).toBeGreaterThan(share);
  });
});

function casesOf(world: WorldRow, mode: PolicyMode): Case[] {
  if (!world.modes.includes(mode)) return [];
  const index = indexOf(world, mode);
  const lacking = new Map<string, PolicyIndex>();
  return world.flows.flatMap((flow) => {
    const isOneFamily = ip(flow.src_ip).family === ip(flow.dst_ip).family;
    const isNumbered = flow.proto > 0 && flow.proto < 256;
    if (flow.error !== undefined || !isOneFamily || !isNumbered) return [];
    if (flow.src_ip === flow.dst_ip) return [];
    const { namespace, name } = flow.endpoint;
    const key = `${namespace}/${name}`;
    const without = lacking.get(key) ?? indexOf(withoutPod(world, namespace, name), mode);
    lacking.set(key, without);
    return [{ flow, mode, index, lacking: without }];
  });
}

function withoutPod(world: WorldRow, namespace: string, name: string): WorldRow {
  const resources = world.resources.filter((resource) => {
    const { kind, metadata } = resource as { kind: string; metadata: Record<string, unknown> };
    return kind !== 'Pod' || metadata['namespace'] !== namespace || metadata['name'] !== name;
  });
  return { ...world, resources };
}

function indexOf(world: WorldRow, mode: PolicyMode): PolicyIndex {
  const onInvalid = mode === 'calico' ? 'drop' : 'refuse';
  return compileIndex(resourcesOf(world, mode), { mode, onInvalid, icmpFromPort: true });
}

function wholeEnds({ flow, index }: Case): Ends {
  const { namespace, name } = flow.endpoint;
  const { mine, theirs } = addressesOf(flow);
  const pods = index.ofEndpoints(index.endpointsNamed(namespace, name));
  const local = pods.filter(({ family }) => family === mine.family);
  return { index, local, peer: [index.ofAddress(theirs)] };
}

/** The local end in the words of a record, where the inventory does not hold it. */
function wordEnds(
  { flow, index, lacking }: Case,
  change: (words: LabelFacts) => LabelFacts,
  where: 'address' | 'any' = 'address',
): Ends {
  const { namespace, name } = flow.endpoint;
  const { mine, theirs } = addressesOf(flow);
  const known = index.labelsOf(index.endpointsNamed(namespace, name)[0] ?? -1);
  const labels = new Map([...known].filter(([key]) => !key.startsWith('projectcalico.org/')));
  const words = change({ namespace, labels, isAggregate: false, isWorkload: true });
  const region =
    where === 'any' ? ({ kind: 'any' } as const) : ({ kind: 'address', address: mine } as const);
  const local = lacking.ofLabels(words, region);
  return { index: lacking, local, peer: [lacking.ofAddress(theirs)] };
}

function half(labels: LabelFacts['labels']): LabelFacts['labels'] {
  return labels === null ? null : new Map([...labels].filter((_, i) => i % 2 === 0));
}

function possibleVerdicts({ flow }: Case, { index, local, peer, numbers }: Ends): Set<Verdict> {
  const direction = flow.reporter === 'Src' ? 'egress' : 'ingress';
  const possible = new Set<Verdict>();
  for (const one of local) {
    for (const other of peer) {
      if (one.family !== 0 && other.family !== 0 && one.family !== other.family) continue;
      const facts = {
        direction,
        protocol: flow.proto,
        sourcePort: flow.src_port,
        destPort: flow.dst_port,
        icmpType: -1,
        icmpCode: -1,
        source: direction === 'egress' ? one : other,
        destination: direction === 'egress' ? other : one,
        ...numbers,
      } as const;
      const evaluation = index.evaluate(facts, 'pending', 'strict');
      if (evaluation.status === 'decided') possible.add(evaluation.verdict);
      if (evaluation.status === 'uncertain') {
        for (const verdict of evaluation.possible) possible.add(verdict);
      }
    }
  }
  return possible;
}

function verdictOf({ flow, mode }: Case): Verdict {
  const { pending_verdict: verdict } =
    mode === 'enforcement' ? { ...flow, ...flow.enforcement } : flow;
  return verdict === 'allow' ? 'allow' : 'deny';
}

function addressesOf({ reporter, src_ip: source, dst_ip: destination }: FlowRow) {
  const [src, dst] = [ip(source), ip(destination)];
  return reporter === 'Src' ? { mine: src, theirs: dst } : { mine: dst, theirs: src };
}
