import type { Flow } from '../../../src/flow/flow.ts';
import { evaluate } from '../../../src/flow/evaluate.ts';
import { judge } from '../../../src/flow/judge.ts';
import { parseAddress } from '../../../src/net/address.ts';
import type { PolicyScope } from '../../../src/policy/evaluator/facts.ts';
import { formatHit } from '../../../src/policy/hit-text.ts';
import type { PolicyRef } from '../../../src/policy/hit.ts';
import { compileIndex } from '../../../src/policy/index/compile.ts';
import type { PolicyIndex } from '../../../src/policy/index/policy-index.ts';
import { policyKinds } from '../../../src/policy/kinds.ts';
import type { MakeJudge } from '../../conformance/check-worlds.ts';
import { resourcesOf, type FlowRow, type ScopeAnswer } from '../../conformance/world-rows.ts';
import { aFlow, anEnd } from './flows.ts';

/** What the judge of flows says of connections: the local pod by name, both ends by address. */
export const flowJudge: MakeJudge = (world, mode) => {
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
      flippedBy: evaluation.flippedBy.map(({ policy }) => nameOf(policy)).toSorted(),
    };
  };
};

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

function nameOf({ kind, namespace, name }: PolicyRef): string {
  return `${policyKinds[kind].short}:${namespace === '' ? '' : `${namespace}/`}${name}`;
}
