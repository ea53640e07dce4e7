import { addressOf } from '../../test/conformance/oracle-judge.ts';
import { scaleWorld } from '../../test/conformance/scale-rows.ts';
import { resourcesOf, type FlowRow } from '../../test/conformance/world-rows.ts';
import type { Address } from '../../src/net/address.ts';
import { formatHit } from '../../src/policy/hit-text.ts';
import { compileIndex } from '../../src/policy/index/compile.ts';
import type { Candidate } from '../../src/policy/index/candidate.ts';
import { PolicyIndex } from '../../src/policy/index/policy-index.ts';
import type { Row } from '../run/rows.ts';
import { leastCpuMs } from './cpu-time.ts';

/** Flows/s of Calico's own checker in the same worlds: one thread, the best of 26 runs, Go 1.26. */
const calico = {
  100: { pending: 268_000, both: 162_000, whole: 185_000 },
  1000: { pending: 86_000, both: 66_000, whole: 80_000 },
  5000: { pending: 64_000, both: 44_000, whole: 45_000 },
} as const;

/** How many flows of a big world one thread decides in a second, with no memo of decisions. */
export function scaleRows(policies: keyof typeof calico, runs: number): Row[] {
  const world = scaleWorld(policies);
  const options = { mode: 'calico', onInvalid: 'drop', icmpFromPort: true } as const;
  const { tables } = compileIndex(resourcesOf(world, 'calico'), options);
  const index = new PolicyIndex(tables);
  const flows = world.flows.map((flow) => questionOf(index, flow));
  const peers = calico[policies];
  const rowOf = (what: string, ms: number, peer?: number): Row => {
    const value = flows.length / (ms / 1000);
    const compared =
      peer === undefined
        ? {}
        : { peer: `Calico's checker, ${peer.toLocaleString('en')}`, ratio: value / peer };
    return {
      name: `scale ${policies}: ${what}`,
      unit: 'flows/s',
      value,
      better: 'more',
      ...compared,
    };
  };
  const pending = leastCpuMs(runs, () => {
    for (const flow of flows) index.evaluate(factsOf(index, flow), 'pending', 'assuming');
  });
  const both = leastCpuMs(runs, () => {
    for (const flow of flows) {
      const facts = factsOf(index, flow);
      index.evaluate(facts, 'pending', 'assuming');
      index.evaluate(facts, 'enforced', 'assuming');
    }
  });
  const whole = leastCpuMs(runs, () => {
    for (const flow of flows) {
      const subject = subjectOf(index, flow.row);
      const evaluation = index.evaluate(
        factsOf(index, { ...flow, subject }),
        'pending',
        'assuming',
      );
      if (evaluation.status !== 'failed') for (const hit of evaluation.trace) formatHit(hit);
    }
  });
  const first = leastCpuMs(Math.ceil(runs / 4), () => {
    const fresh = new PolicyIndex(tables);
    for (const flow of flows) {
      const subject = subjectOf(fresh, flow.row);
      fresh.evaluate(factsOf(fresh, { ...flow, subject }), 'pending', 'assuming');
    }
  });
  return [
    rowOf('pending', pending, peers.pending),
    rowOf('pending and enforced', both, peers.both),
    rowOf('pending, endpoint by name, hits as text', whole, peers.whole),
    rowOf('pending, by an index that was never asked before', first),
  ];
}

interface Question {
  readonly row: FlowRow;
  readonly direction: 'egress' | 'ingress';
  /** The end whose policies are asked, known beforehand, as Calico's checker knows it. */
  readonly subject: Candidate;
  readonly peer: Address;
}

function questionOf(index: PolicyIndex, row: FlowRow): Question {
  const direction = row.reporter === 'Src' ? 'egress' : 'ingress';
  const peer = addressOf(direction === 'egress' ? row.dst_ip : row.src_ip);
  return { row, direction, subject: subjectOf(index, row), peer };
}

/** Pods of these worlds have one address each. */
function subjectOf(index: PolicyIndex, { endpoint: { namespace, name } }: FlowRow): Candidate {
  const [subject] = index.ofEndpoints(index.endpointsNamed(namespace, name));
  if (subject === undefined) throw new Error(`no pod \`${namespace}/${name}\``);
  return subject;
}

function factsOf(index: PolicyIndex, { row, direction, subject, peer }: Question) {
  const other = index.ofAddress(peer);
  return {
    direction,
    protocol: row.proto,
    sourcePort: row.src_port,
    destPort: row.dst_port,
    icmpType: -1,
    icmpCode: -1,
    source: direction === 'egress' ? subject : other,
    destination: direction === 'egress' ? other : subject,
  };
}
