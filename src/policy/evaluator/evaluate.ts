// (hot) Measured by bench/micro/evaluate.bench.ts.
import { assert } from '../../std/assert.ts';
import { CompiledCandidate } from '../index/compiled-candidate.ts';
import type { Policies } from '../index/policies.ts';
import type { Reading } from '../index/reading.ts';
import type { IndexTables } from '../index/tables.ts';
import type { Facts, Knowledge, PolicyScope, ScopeEvaluation } from './facts.ts';
import { RuleMatcher, type Connection } from './rule-match.ts';
import { ScopeMembers } from './scope.ts';
import { Walk } from './walk.ts';

/**
 * What one scope says of one connection (semantics 5). The policies are walked once; where the connection
 * leaves a rule open both ways are followed, until both verdicts are possible.
 */
export function evaluate(
  policies: Policies,
  facts: Facts,
  scope: PolicyScope,
  knowledge: Knowledge,
): ScopeEvaluation {
  const { subject, connection } = connectionOf(policies.tables, facts, knowledge);
  const members = new ScopeMembers(policies, scope);
  const matcher = new RuleMatcher(policies.tables.rules, connection);
  return new Walk(policies, facts.direction, { subject, members, matcher }).run();
}

/** What the walk asks of one connection: whose policies count, and what rules are put to. */
export function connectionOf(
  tables: IndexTables,
  facts: Facts,
  knowledge: Knowledge,
): { readonly subject: Reading; readonly connection: Connection } {
  const { source, destination, direction, protocol, sourcePort, destPort } = facts;
  assert(source instanceof CompiledCandidate && source.tables === tables, 'a foreign source');
  assert(
    destination instanceof CompiledCandidate && destination.tables === tables,
    'a foreign destination',
  );
  const subject = direction === 'egress' ? source : destination;
  assert(subject.isWorkload, 'only workloads have policies of their own');
  const icmp = icmpOf(facts, tables.options.icmpFromPort);
  const connection = {
    protocol,
    sourcePort,
    destPort,
    ...icmp,
    families: familyBits(source.family) & familyBits(destination.family),
    source: source.reading(knowledge),
    destination: destination.reading(knowledge),
    knowledge,
  };
  return { subject: subject.reading(knowledge), connection };
}

const ICMP_V4 = 1;

/** Nodes that count connections in the kernel's table put type and code into the port (semantics 6.1). */
function icmpOf({ protocol, destPort, icmpType, icmpCode }: Facts, isPacked: boolean) {
  if (!isPacked || protocol !== ICMP_V4 || icmpType >= 0 || destPort < 0) {
    return { icmpType, icmpCode };
  }
  return { icmpType: destPort >> 8, icmpCode: destPort & 0xff };
}

function familyBits(family: 0 | 4 | 6): number {
  if (family === 0) return 3;
  return family === 4 ? 1 : 2;
}
