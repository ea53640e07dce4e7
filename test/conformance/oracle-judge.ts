import type { PolicyMode } from '../../src/policy/actions.ts';
import type { PolicyScope } from '../../src/policy/evaluator/facts.ts';
import { formatHit } from '../../src/policy/hit-text.ts';
import { formatPolicyText } from '../../src/policy/policy-text.ts';
import { parseAddress, type Address } from '../../src/net/address.ts';
import { evaluateSlowly, type Answer } from '../oracle/evaluate.ts';
import { isStaged } from '../oracle/policies.ts';
import type { Judge } from './check-worlds.ts';
import type { View } from '../oracle/world-view.ts';
import {
  resourcesOf,
  type FlowAnswer,
  type FlowRow,
  type ScopeAnswer,
  type WorldRow,
} from './world-rows.ts';

/** Judges the flows of a world by the slow evaluator. */
export const oracleJudge: Judge = { name: 'oracle', takes: () => true, judge };

function judge(world: WorldRow, mode: PolicyMode): (flow: FlowRow) => FlowAnswer {
  const resources = resourcesOf(world, mode);
  const view: View = { resources, mode, icmpFromPort: true, sets: 'checker' };
  const missing = new Set(world.storeMissing);
  return (flow) => {
    const answer = (scope: PolicyScope): ScopeAnswer => judgeFlow(flow, scope, { view, missing });
    const enforced = answer('enforced');
    const flippedBy = resources.policies
      .filter(isStaged)
      .filter((solo) => isFlip(enforced, answer({ solo })))
      .map(formatPolicyText);
    return { enforced, pending: answer('pending'), flippedBy: flippedBy.toSorted() };
  };
}

interface Judging {
  readonly view: View;
  readonly missing: ReadonlySet<string>;
}

function judgeFlow(flow: FlowRow, scope: PolicyScope, { view, missing }: Judging): ScopeAnswer {
  const { namespace, name } = flow.endpoint;
  const endpoint = view.resources.inventory.endpoints.find(
    (each) => each.namespace === namespace && each.name === name,
  );
  if (endpoint === undefined) return 'no such endpoint';
  const connection = {
    source: addressOf(flow.src_ip),
    destination: addressOf(flow.dst_ip),
    protocol: flow.proto,
    sourcePort: flow.src_port,
    destPort: flow.dst_port,
    icmp: null,
  };
  const direction = flow.reporter === 'Src' ? 'egress' : 'ingress';
  const question = { connection, direction, endpoint, scope } as const;
  return scopeAnswer(
    evaluateSlowly(question, view, (policy) => missing.has(formatPolicyText(policy))),
  );
}

function scopeAnswer(answer: Answer): ScopeAnswer {
  if (answer.status === 'failed') return 'failed';
  return { verdict: answer.verdict, trace: answer.trace.map((hit) => formatHit(hit)) };
}

export function isFlip(enforced: ScopeAnswer, solo: ScopeAnswer): boolean {
  return (
    typeof enforced === 'object' && typeof solo === 'object' && enforced.verdict !== solo.verdict
  );
}

/** The address that a row writes. */
export function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (address === null) throw new Error(`\`${text}\` is no address`);
  return address;
}
