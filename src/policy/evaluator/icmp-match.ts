import { least } from '../../std/kleene.ts';
import { MAYBE, NO, YES, type Ternary } from '../../std/ternary.ts';
import type { Knowledge } from './facts.ts';

/** What rules can ask of a connection's ICMP. Numbers are -1 where they are unknown. */
export interface IcmpFacts {
  readonly protocol: number;
  readonly icmpType: number;
  readonly icmpCode: number;
  readonly knowledge: Knowledge;
}

/**
 * A rule's `icmp`, packed as `ExtraField.icmp` says. What nobody knows is read as Calico reads it, as if
 * the rule did not ask (contract 3), unless knowledge is strict.
 */
export function matchesIcmp(packed: number, connection: IcmpFacts): Ternary {
  if (packed < 0) return YES;
  const answer = compare(packed, connection);
  return answer === MAYBE ? open(connection) : answer;
}

/** A rule's `notIcmp`. */
export function matchesNotIcmp(packed: number, connection: IcmpFacts): Ternary {
  if (packed < 0) return YES;
  const answer = compare(packed, connection);
  if (answer === MAYBE) return open(connection);
  return answer === YES ? NO : YES;
}

const ICMP = 1;
const ICMP_V6 = 58;

function compare(packed: number, { protocol, icmpType, icmpCode }: IcmpFacts): Ternary {
  if (protocol >= 0 && protocol !== ICMP && protocol !== ICMP_V6) return NO;
  const code = packed & 511;
  const type = compareNumber(icmpType, packed >> 9);
  const answer = code === ANY_CODE ? type : least(type, compareNumber(icmpCode, code - 1));
  return protocol < 0 ? least(answer, MAYBE) : answer;
}

const ANY_CODE = 0;

function compareNumber(known: number, wanted: number): Ternary {
  if (known < 0) return MAYBE;
  return known === wanted ? YES : NO;
}

function open({ protocol, knowledge }: IcmpFacts): Ternary {
  return knowledge === 'assuming' && protocol >= 0 ? YES : MAYBE;
}
