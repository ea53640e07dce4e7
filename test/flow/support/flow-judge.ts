import type { Flow } from '../../../src/flow/flow.ts';
import { evaluate } from '../../../src/flow/evaluate.ts';
import { judge } from '../../../src/flow/judge.ts';
import { parseAddress } from '../../../src/net/address.ts';
import type { PolicyMode } from '../../../src/policy/actions.ts';
import type { PolicyScope } from '../../../src/policy/evaluator/facts.ts';
import { formatHit } from '../../../src/policy/hit-text.ts';
import { compileIndex } from '../../../src/policy/index/compile.ts';
import type { PolicyIndex } from '../../../src/policy/index/policy-index.ts';
import { formatPolicyText } from '../../../src/policy/policy-text.ts';
import type { Judge } from '../../conformance/check-worlds.ts';
import {
  resourcesOf,
  type FlowAnswer,
  type FlowRow,
  type ScopeAnswer,
  type WorldRow,
} from '../../conformance/world-rows.ts';
import { aFlow, anEnd } from './flows.ts';

/** What the judge of flows says of connections: the local pod by name, both ends by address. */
export const flowJudge: Judge = {
  name: 'records',
  // No folder says that a store has lost a policy, and no record is of a pod that is no endpoint.
  takes: ({ flows, storeMissing }) =>
    storeMissing === undefined && flows.every(({ error }) => error !== 'no such endpoint'),
  judge: judgeRecords,
};

function judgeRecords(world: WorldRow, mode: PolicyMode): (row: FlowRow) => FlowAnswer {
  const index = compileIndex(resourcesOf(world, mode), {
    mode,
    onInvalid: mode === 'calico' ? 'drop' : 'uncertain',
    icmpFromPort: true,
  });
  return (row) => {
    const flow = connectionOf(row);
    const evaluation = judge(index, flow);
    const pending = answerOf(index, flow, 'pending');
    const isSame = typeof pending === 'string' || pending.verdict === evaluation.verdict;
    if (!isSame) throw new Error(`judged ${evaluation.verdict}, evaluated ${pending.verdict}`);
    return {
      enforced: answerOf(index, flow, 'enforced'),
      pending,
      flippedBy: evaluation.flippedBy.map(({ policy }) => formatPolicyText(policy)).toSorted(),
    };
  };
}

/** One connection as a record of its own that leaves nothing out. */
export function connectionOf(row: FlowRow): Flow {
  const isEgress = row.reporter === 'Src';
  const pod = { type: 'workload', ...row.endpoint } as const;
  const source = { addresses: [addressOf(row.src_ip)], port: row.src_port };
  const destination = { addresses: [addressOf(row.dst_ip)], port: row.dst_port };
  return aFlow({
    reporter: isEgress ? 'src' : 'dst',
    action: null,
    protocol: row.proto,
    source: anEnd(isEgress ? { ...pod, ...source } : source),
    destination: anEnd(isEgress ? destination : { ...pod, ...destination }),
  });
}

function addressOf(text: string) {
  const address = parseAddress(text);
  if (address === null) throw new Error(`\`${text}\` is no address`);
  return address;
}

function answerOf(index: PolicyIndex, flow: Flow, scope: PolicyScope): ScopeAnswer {
  const evaluation = evaluate(index, flow, scope);
  if (evaluation.status === 'not-evaluated') return 'failed';
  const { status, reasons } = evaluation;
  if (status === 'uncertain') throw new Error(`uncertain: ${reasons.join(', ')}`);
  if (reasons.includes('trace_ambiguous')) throw new Error('trace_ambiguous');
  return { verdict: evaluation.verdict, trace: evaluation.trace.map((hit) => formatHit(hit)) };
}
