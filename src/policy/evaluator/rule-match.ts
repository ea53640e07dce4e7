// (hot) Measured by bench/micro/evaluate.bench.ts.
import { least, most, negate } from '../../std/kleene.ts';
import { MAYBE, NO, YES, type Ternary } from '../../std/ternary.ts';
import type { Reading } from '../index/reading.ts';
import { EndField, ExtraField, RuleField } from '../index/rule-layout.ts';
import type { RuleTables } from '../index/tables.ts';
import { Gap } from './facts.ts';
import { matchesIcmp, matchesNotIcmp, type IcmpFacts } from './icmp-match.ts';

/** One connection put to the rules (semantics 4). Numbers are -1 where they are unknown. */
export interface Connection extends IcmpFacts {
  readonly sourcePort: number;
  readonly destPort: number;
  /** Bit 0: it may be IPv4, bit 1: it may be IPv6. */
  readonly families: number;
  readonly source: Reading;
  readonly destination: Reading;
}

/** Whether a rule matches: no criterion says `no`, and `yes` only if none says `maybe`. */
export class RuleMatcher {
  readonly #rows: Int32Array;
  readonly #extras: Int32Array;
  readonly #starts: Int32Array;
  readonly #ranges: Int32Array;
  readonly #connection: Connection;
  /** A connection of a protocol outside 1..255 matches no rule at all (semantics 4.4). */
  readonly #isMatchable: boolean;

  constructor(rules: RuleTables, connection: Connection) {
    this.#rows = rules.rows;
    this.#extras = rules.extras;
    this.#starts = rules.ports.starts;
    this.#ranges = rules.ports.items;
    this.#connection = connection;
    this.#isMatchable = connection.protocol !== 0 && connection.protocol <= 255;
  }

  actionOf(rule: number): number {
    return this.#rows[rule * RuleField.width + RuleField.action]!;
  }

  matches(rule: number): Ternary {
    if (!this.#isMatchable) return NO;
    const rows = this.#rows;
    const at = rule * RuleField.width;
    const { protocol, source, destination } = this.#connection;
    const wanted = rows[at + RuleField.protocol]!;
    if (wanted >= 0 && wanted !== protocol && protocol >= 0) return NO;
    let answer: Ternary = wanted >= 0 && protocol < 0 ? MAYBE : YES;
    answer = least(answer, destination.answer(rows[at + RuleField.destColumn]!));
    if (answer === NO) return NO;
    answer = least(answer, source.answer(rows[at + RuleField.sourceColumn]!));
    if (answer === NO) return NO;
    const extra = rows[at + RuleField.extra]!;
    if (extra !== 0) return least(answer, this.#withExtra(at, extra * ExtraField.width));
    answer = least(answer, this.#portIn(rows[at + RuleField.ports + DESTINATION]!, DESTINATION));
    return least(answer, this.#portIn(rows[at + RuleField.ports + SOURCE]!, SOURCE));
  }

  /** Which questions left a rule open, as bits of `Gap`. */
  gapsOf(rule: number): number {
    const rows = this.#rows;
    const at = rule * RuleField.width;
    const { protocol, source, destination } = this.#connection;
    const sourceColumn = rows[at + RuleField.sourceColumn]!;
    const destColumn = rows[at + RuleField.destColumn]!;
    let gaps = 0;
    if (protocol < 0 && rows[at + RuleField.protocol]! >= 0) gaps |= Gap.protocol;
    if (source.answer(sourceColumn) === MAYBE) gaps |= source.gapsOf(sourceColumn);
    if (destination.answer(destColumn) === MAYBE) {
      gaps |= asDestination(destination.gapsOf(destColumn));
    }
    const extra = rows[at + RuleField.extra]! * ExtraField.width;
    gaps |= this.#gapsOfPorts(at, extra, SOURCE);
    gaps |= this.#gapsOfPorts(at, extra, DESTINATION);
    return gaps | this.#gapsOfExtra(extra);
  }

  /** The port of an end, in a set: low and high of ranges in turn. */
  #portIn(set: number, end: End): Ternary {
    if (set === EVERY_PORT) return YES;
    const port = this.#portOf(end);
    const last = this.#starts[set + 1]!;
    let i = this.#starts[set]!;
    if (port < 0) return i === last ? NO : MAYBE;
    for (; i < last; i += 2) {
      if (port >= this.#ranges[i]! && port <= this.#ranges[i + 1]!) return YES;
    }
    return NO;
  }

  #withExtra(at: number, extra: number): Ternary {
    let answer = least(this.#ports(at, extra, SOURCE), this.#ports(at, extra, DESTINATION));
    answer = least(answer, this.#notProtocol(extra));
    answer = least(answer, this.#family(extra));
    answer = least(answer, this.#icmp(extra));
    answer = least(answer, this.#service(extra));
    return least(answer, this.#isHttpOpen(extra) ? MAYBE : YES);
  }

  /** (in the set, or a port of a name) and neither excluded by number nor by name (semantics 4.5). */
  #ports(at: number, extra: number, end: End): Ternary {
    const row = extra + fieldsOf(end);
    const named = this.#extras[row + EndField.named]!;
    const notNamed = this.#extras[row + EndField.notNamed]!;
    let answer = this.#portIn(this.#rows[at + RuleField.ports + end]!, end);
    if (named >= 0) answer = most(answer, this.#question(named, end));
    answer = least(answer, negate(this.#portIn(this.#extras[row + EndField.notPorts]!, end)));
    return notNamed < 0 ? answer : least(answer, negate(this.#question(notNamed, end)));
  }

  #question(question: number, end: End): Ternary {
    const { source, destination, protocol } = this.#connection;
    const reading = end === SOURCE ? source : destination;
    return reading.answerPort(question, protocol, this.#portOf(end));
  }

  #notProtocol(extra: number): Ternary {
    const unwanted = this.#extras[extra + ExtraField.notProtocol]!;
    if (unwanted < 0) return YES;
    const { protocol } = this.#connection;
    if (protocol < 0) return MAYBE;
    return protocol === unwanted ? NO : YES;
  }

  #family(extra: number): Ternary {
    const { families } = this.#connection;
    const shared = this.#extras[extra + ExtraField.families]! & families;
    if (shared === 0) return NO;
    return shared === families ? YES : MAYBE;
  }

  #icmp(extra: number): Ternary {
    const wanted = matchesIcmp(this.#extras[extra + ExtraField.icmp]!, this.#connection);
    const unwanted = this.#extras[extra + ExtraField.notIcmp]!;
    return least(wanted, matchesNotIcmp(unwanted, this.#connection));
  }

  #service(extra: number): Ternary {
    const question = this.#extras[extra + ExtraField.destService]!;
    return question < 0 ? YES : this.#question(question, DESTINATION);
  }

  #isHttpOpen(extra: number): boolean {
    return this.#extras[extra + ExtraField.http] === 1 && this.#connection.knowledge === 'strict';
  }

  #portOf(end: End): number {
    return end === SOURCE ? this.#connection.sourcePort : this.#connection.destPort;
  }

  #gapsOfPorts(at: number, extra: number, end: End): number {
    if (this.#ports(at, extra, end) !== MAYBE) return 0;
    const row = extra + fieldsOf(end);
    const { source, destination, protocol } = this.#connection;
    let gaps = this.#portOf(end) < 0 ? Gap.sourcePort : 0;
    for (const field of [EndField.named, EndField.notNamed]) {
      const question = this.#extras[row + field]!;
      if (question < 0 || this.#question(question, end) !== MAYBE) continue;
      gaps |= (end === SOURCE ? source : destination).gapsOfPort(question);
      if (protocol < 0) gaps |= Gap.protocol;
    }
    return end === SOURCE ? gaps : asDestination(gaps);
  }

  #gapsOfExtra(extra: number): number {
    const { protocol, destination, destPort } = this.#connection;
    let gaps = 0;
    if (this.#notProtocol(extra) === MAYBE) gaps |= Gap.protocol;
    if (this.#family(extra) === MAYBE) gaps |= Gap.sourceAddress | Gap.destAddress;
    if (this.#icmp(extra) === MAYBE) gaps |= protocol < 0 ? Gap.icmp | Gap.protocol : Gap.icmp;
    if (this.#isHttpOpen(extra)) gaps |= Gap.http;
    if (this.#service(extra) === MAYBE) {
      gaps |= asDestination(destination.gapsOfPort(this.#extras[extra + ExtraField.destService]!));
      if (destPort < 0) gaps |= Gap.destPort;
      if (protocol < 0) gaps |= Gap.protocol;
    }
    return gaps;
  }
}

/** Turns the bits that a reading gives as a source's into those of a destination. */
export function asDestination(gaps: number): number {
  const moved = gaps & (Gap.sourceAddress | Gap.sourcePort | Gap.sourceLabels);
  return (gaps & ~moved) | (moved << 1);
}

type End = typeof SOURCE | typeof DESTINATION;

const SOURCE = 0;
const DESTINATION = 1;

/** Set 0 of the table of ports. */
const EVERY_PORT = 0;

function fieldsOf(end: End): number {
  return end === SOURCE ? ExtraField.source : ExtraField.destination;
}
