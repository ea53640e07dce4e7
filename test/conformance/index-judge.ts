import type { PolicyMode } from '../../src/policy/actions.ts';
import type { PolicyScope } from '../../src/policy/evaluator/facts.ts';
import { formatHit } from '../../src/policy/hit-text.ts';
import { compileIndex } from '../../src/policy/index/compile.ts';
import type { Candidate } from '../../src/policy/index/candidate.ts';
import type { PolicyIndex } from '../../src/policy/index/policy-index.ts';
import { formatPolicyText } from '../../src/policy/policy-text.ts';
import type { Address } from '../../src/net/address.ts';
import type { Judge } from './check-worlds.ts';
import { addressOf, isFlip } from './oracle-judge.ts';
import {
  resourcesOf,
  type FlowAnswer,
  type FlowRow,
  type ScopeAnswer,
  type WorldRow,
} from './world-rows.ts';

/**
 * Judges the flows of a world by the compiled index. That Calico's store loses a policy is nothing that
 * resources can say.
 */
export const indexJudge: Judge = {
  name: 'index',
  takes: ({ storeMissing }) => storeMissing === undefined,
  judge,
};

function judge(world: WorldRow, mode: PolicyMode): (flow: FlowRow) => FlowAnswer {
  const index = compileIndex(resourcesOf(world, mode), {
    mode,
    onInvalid: mode === 'calico' ? 'drop' : 'refuse',
    icmpFromPort: true,
  });
  return (flow) => {
    const subject = subjectOf(flow, index);
    if (subject === null) {
      return { enforced: 'no such endpoint', pending: 'no such endpoint', flippedBy: [] };
    }
    const answer = (scope: PolicyScope): ScopeAnswer => judgeFlow(flow, scope, { index, subject });
    const enforced = answer('enforced');
    const flippedBy = index
      .stagedTouching(directionOf(flow), subject)
      .filter((solo) => isFlip(enforced, answer({ solo })))
      .map(formatPolicyText);
    return { enforced, pending: answer('pending'), flippedBy: flippedBy.toSorted() };
  };
}

interface Judging {
  readonly index: PolicyIndex;
  readonly subject: Candidate;
}

function judgeFlow(flow: FlowRow, scope: PolicyScope, { index, subject }: Judging): ScopeAnswer {
  const direction = directionOf(flow);
  const peer = index.ofAddress(addressOf(direction === 'egress' ? flow.dst_ip : flow.src_ip));
  const facts = {
    direction,
    protocol: flow.proto,
    sourcePort: flow.src_port,
    destPort: flow.dst_port,
    icmpType: -1,
    icmpCode: -1,
    source: direction === 'egress' ? subject : peer,
    destination: direction === 'egress' ? peer : subject,
  };
  const evaluation = index.evaluate(facts, scope, 'assuming');
  if (evaluation.status === 'failed') return 'failed';
  if (evaluation.status === 'uncertain') throw new Error('a whole record was left undecided');
  return { verdict: evaluation.verdict, trace: evaluation.trace.map((hit) => formatHit(hit)) };
}

/** The candidate of the evaluated endpoint at the flow's address. */
function subjectOf(flow: FlowRow, index: PolicyIndex): Candidate | null {
  const { namespace, name } = flow.endpoint;
  const [endpoint] = index.endpointsNamed(namespace, name);
  if (endpoint === undefined) return null;
  const address = addressOf(directionOf(flow) === 'egress' ? flow.src_ip : flow.dst_ip);
  if (isOnlyOwner(address, index)) return index.ofAddress(address);
  const [only, ...others] = index
    .ofEndpoints([endpoint])
    .filter(({ family }) => family === address.family);
  if (only === undefined || others.length > 0) throw new Error('an address of several endpoints');
  return only;
}

function isOnlyOwner(address: Address, index: PolicyIndex): boolean {
  return index.endpointsOwning(address).length === 1;
}

function directionOf({ reporter }: FlowRow): 'egress' | 'ingress' {
  return reporter === 'Src' ? 'egress' : 'ingress';
}
