// (hot: `answer`) Measured by bench/micro/evaluate.bench.ts.
import { MAYBE, NO, YES, type Ternary } from '../../std/ternary.ts';
import { Gap } from '../evaluator/facts.ts';
import { hasBit } from './bits.ts';
import type { ProfileUse } from './item.ts';
import { listOf } from './lists.ts';
import type { PolicyLists } from './policy-lists.ts';
import type { Why } from './selector-answers.ts';
import type { ColumnTables, ServiceTables } from './tables.ts';

/** Everything that rules and policies can ask of one end, under one `Knowledge`. */
export interface ReadingParts {
  readonly columns: ColumnTables;
  readonly services: ServiceTables;
  /** Answers to the columns; no bit is set in both. */
  readonly yes: Int32Array;
  readonly maybe: Int32Array;
  /** What leaves selectors of the end's items open; what leaves its place open. */
  readonly why: readonly Why[];
  readonly placeGap: number;
  /** Triples of a question, `protocol * 65536 + port` and a `Ternary`. */
  readonly ports: readonly number[];
  /** Not 0: an item may own ports that nobody knows of. */
  readonly portsGap: number;
  readonly policies: PolicyLists;
  /** What leaves the selection by policies open. */
  readonly subjectWhy: readonly Why[];
  /** Lists the end may have, one of which holds; `null` = unknown. */
  readonly profiles: readonly (readonly ProfileUse[])[] | null;
}

export class Reading {
  readonly policies: PolicyLists;
  readonly profiles: readonly (readonly ProfileUse[])[] | null;
  readonly #yes: Int32Array;
  readonly #maybe: Int32Array;
  readonly #parts: ReadingParts;

  constructor(parts: ReadingParts) {
    this.#parts = parts;
    this.#yes = parts.yes;
    this.#maybe = parts.maybe;
    this.policies = parts.policies;
    this.profiles = parts.profiles;
  }

  /** The answer of `column * 2 + negated`. */
  answer(column: number): Ternary {
    const word = column >>> 6;
    const bit = 1 << ((column >>> 1) & 31);
    if ((this.#maybe[word]! & bit) !== 0) return MAYBE;
    return ((this.#yes[word]! & bit) !== 0) === ((column & 1) === 0) ? YES : NO;
  }

  /** Whether the end owns the port, or with it is behind the service, that a question asks for. -1 = unknown. */
  answerPort(question: number, protocol: number, port: number): Ternary {
    const { services, ports } = this.#parts;
    if (protocol >= 0 && !HAS_PORTS.has(protocol)) return NO;
    let answer: Ternary = this.#mayOwn(question, services) ? MAYBE : NO;
    for (let i = 0; i < ports.length; i += 3) {
      if (ports[i] !== question || !fits(ports[i + 1]!, protocol, port)) continue;
      if (ports[i + 2] === YES && protocol >= 0 && port >= 0) return YES;
      answer = MAYBE;
    }
    return answer;
  }

  /** Why the column is open, as bits of `Gap`. */
  gapsOf(column: number): number {
    const { columns, services, why, placeGap } = this.#parts;
    const at = column >>> 1;
    if (at >= columns.joint) {
      let gaps = 0;
      for (const part of listOf(columns.parts, at - columns.joint)) {
        if (this.answer(part) === MAYBE) gaps |= this.gapsOf(part);
      }
      return gaps;
    }
    if (at >= columns.services && services.sourceUnknown[at - columns.services] === 1) {
      return Gap.serviceEndpoints;
    }
    return at >= columns.nets ? placeGap : gapsIn(why, at - columns.selectors);
  }

  gapsOfPort(question: number): number {
    const { services, portsGap, placeGap } = this.#parts;
    if (services.questionSort[question] === UNKNOWN_SERVICE) return Gap.serviceEndpoints;
    const column = services.questionColumn[question]!;
    const owner = this.answer(column) === MAYBE ? this.gapsOf(column) : 0;
    return owner | portsGap | placeGap;
  }

  /** Why it is open whether policies of this selector select the end. */
  gapsOfSelection(selector: number): number {
    return gapsIn(this.#parts.subjectWhy, selector);
  }

  #mayOwn(question: number, services: ServiceTables): boolean {
    if (services.questionSort[question] === SERVICE) return false;
    if (services.questionSort[question] === UNKNOWN_SERVICE) return true;
    return this.#parts.portsGap !== 0 && this.answer(services.questionColumn[question]!) !== NO;
  }
}

const SERVICE = 1;
const UNKNOWN_SERVICE = 2;

/** TCP, UDP, SCTP. */
const HAS_PORTS: ReadonlySet<number> = new Set([6, 17, 132]);

/** Whether `protocol * 65536 + port` may be this protocol and port. */
function fits(entry: number, protocol: number, port: number): boolean {
  return (protocol < 0 || protocol === entry >>> 16) && (port < 0 || port === (entry & 0xffff));
}

function gapsIn(why: readonly Why[], selector: number): number {
  let gaps = 0;
  for (const { gap, columns } of why) if (hasBit(columns, selector)) gaps |= gap;
  return gaps;
}
