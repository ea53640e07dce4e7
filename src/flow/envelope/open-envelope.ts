import { unreadable } from '../dialects/unreadable.ts';
import type { Unreadable } from '../dialects/unreadable.ts';
import type { Budget } from './budget.ts';
import { isJson, skipSpace, skipValue } from './json-bytes.ts';
import { findMember } from './member.ts';

/** What the path leads to in an envelope, narrowed to that: all its bytes but the other items of lists on the way. */
export interface Slot {
  readonly head: Buffer;
  /** A text or an object as it stands there, if there is no problem. */
  readonly value: Buffer;
  readonly tail: Buffer;
  readonly problem: Unreadable | null;
}

export interface OpenOptions {
  /** Names of members, joined by dots; '' = the value itself. It goes through every item of a list. */
  readonly path: string;
  readonly depthMax: number;
  readonly budget: Budget;
}

/** Every value that the path leads to. Throws `BeyondBudget`. */
export function openEnvelope(bytes: Buffer, options: OpenOptions): readonly Slot[] | Unreadable {
  const start = skipSpace(bytes, 0);
  const end = skipValue(bytes, start);
  if (end < 0) return start === bytes.length ? BLANK : CUT_SHORT;
  if (skipSpace(bytes, end) !== bytes.length) return NO_JSON;
  const walk = new Walk(bytes, options);
  const around = { from: 0, to: bytes.length, before: [], after: [] };
  walk.go({ start, end }, { path: options.path, depth: 1, around });
  // One look at the whole is cheaper than one at each part, and nearly always enough.
  if (isJson(bytes)) return walk.slots;
  return walk.slots.length === 0 ? NO_JSON : walk.slots.map(checked);
}

/** Of an envelope that is broken somewhere, a slot is good if that is not in its own part of it. */
function checked(slot: Slot): Slot {
  if (slot.problem !== null || isJson(joined([slot.head, NULL, slot.tail]))) return slot;
  return { ...slot, problem: NO_JSON };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** What is kept of the envelope around where the walk is. */
interface Surroundings {
  readonly from: number;
  readonly to: number;
  readonly before: readonly Buffer[];
  readonly after: readonly Buffer[];
}

interface Step {
  readonly path: string;
  readonly depth: number;
  readonly around: Surroundings;
}

class Walk {
  readonly slots: Slot[] = [];
  readonly #bytes: Buffer;
  readonly #options: OpenOptions;
  readonly #nowhere: Unreadable;

  constructor(bytes: Buffer, options: OpenOptions) {
    this.#bytes = bytes;
    this.#options = options;
    this.#nowhere = unreadable(
      'not_a_record',
      `the path \`${options.path}\` leads to no text or object of the message`,
    );
  }

  go(value: Span, step: Step): void {
    const kind = this.#bytes[value.start];
    if (step.depth > this.#options.depthMax) this.#take(value, step, TOO_DEEP);
    else if (kind === OPEN_BRACKET) this.#goThrough(value, step);
    else if (kind !== OPEN_BRACE && (kind !== QUOTE || step.path !== '')) {
      this.#take(value, step, this.#nowhere);
    } else if (step.path === '') this.#take(value, step, null);
    else this.#goInto(value, step);
  }

  #goInto(object: Span, step: Step): void {
    const member = findMember(this.#bytes, object.start, step.path);
    if (member === undefined) this.#take(object, step, NO_JSON);
    else if (member === null) this.#take(object, step, this.#nowhere);
    else {
      const value = { start: member.start, end: skipValue(this.#bytes, member.start) };
      this.go(value, { ...step, path: member.rest, depth: step.depth + 1 });
    }
  }

  #goThrough(list: Span, step: Step): void {
    const items = this.#itemsOf(list);
    const [first, last] = [items?.[0], items?.at(-1)];
    if (items === null) this.#take(list, step, NO_JSON);
    if (items === null || first === undefined || last === undefined) return;
    const { from, to, before, after } = step.around;
    const narrowed = {
      before: [...before, this.#bytes.subarray(from, first.start)],
      after: [this.#bytes.subarray(last.end, to), ...after],
    };
    for (const item of items) {
      const around = { ...narrowed, from: item.start, to: item.end };
      this.go(item, { ...step, depth: step.depth + 1, around });
    }
  }

  /** `null` = the list is broken. */
  #itemsOf(list: Span): readonly Span[] | null {
    const items: Span[] = [];
    const close = list.end - 1;
    let start = skipSpace(this.#bytes, list.start + 1);
    if (start === close) return items;
    for (;;) {
      const end = skipValue(this.#bytes, start);
      if (end < 0) return null;
      items.push({ start, end });
      this.#options.budget.allow(items.length);
      const next = skipSpace(this.#bytes, end);
      if (next === close) return items;
      if (this.#bytes[next] !== COMMA) return null;
      start = skipSpace(this.#bytes, next + 1);
    }
  }

  #take({ start, end }: Span, { around }: Step, problem: Unreadable | null): void {
    const before = [...around.before, this.#bytes.subarray(around.from, start)];
    const after = [this.#bytes.subarray(end, around.to), ...around.after];
    this.#options.budget.spend(end - start + lengthOf(before) + lengthOf(after));
    this.slots.push({
      head: joined(before),
      value: this.#bytes.subarray(start, end),
      tail: joined(after),
      problem,
    });
  }
}

function lengthOf(parts: readonly Buffer[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function joined(parts: readonly Buffer[]): Buffer {
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : Buffer.concat(parts);
}

const NULL = Buffer.from('null');
const BLANK = unreadable('not_a_record', 'it is blank');
const CUT_SHORT = unreadable('truncated', 'in the envelope');
const NO_JSON = unreadable('not_a_record', 'the envelope is no JSON');
const TOO_DEEP = unreadable('too_deep', 'the envelope', 'recordDepth');
const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
