// Hot: measured by bench/micro/records.bench.ts.
import type { Enrichment } from '../flow/dialects/form.ts';
import type { CoreRoom, RecordCore } from '../flow/dialects/record-core.ts';
import type { ScannedRecord } from '../flow/dialects/scanned-record.ts';
import type { LimitName, Limits } from './limits.ts';

export interface MemoOptions {
  /** Recognises records; nobody else may number them. */
  readonly core: RecordCore;
  readonly limits: Pick<Limits, 'memoDecisions' | 'memoBytes'>;
  readonly onFull: (limit: LimitName) => void;
  /** Whether records are written by the lane, too, which must then know the answers. */
  readonly isForLane: boolean;
}

/** What a memo must know of a decision. */
export interface Remembered {
  /** Equal keys mean equal decisions. */
  readonly key: string;
  /** About how many bytes it takes to keep, but for those of the answer. */
  readonly size: number;
  /** What the lane must know of it. */
  readonly enrichment: Pick<Enrichment, 'pieces'>;
  readonly laneTail: number;
}

/**
 * How much of `limits.memoBytes` is for decisions, for parts of flows as objects, and for answers in the core; the rest
 * is for what records are recognised by.
 */
const SHARE_OF_DECISIONS = 3 / 12;
const SHARE_OF_PARTS = 2 / 12;
const SHARE_OF_ANSWERS = 2 / 12;

/** What `KnownParts` may take. */
export function partBytesOf({ memoBytes }: Pick<Limits, 'memoBytes'>): number {
  return SHARE_OF_PARTS * memoBytes;
}

/** Of the core that a memo with these limits wants. */
export function coreRoomOf({ memoBytes }: Pick<Limits, 'memoBytes'>): CoreRoom {
  const answerBytes = SHARE_OF_ANSWERS * memoBytes;
  const others = SHARE_OF_DECISIONS + SHARE_OF_PARTS + SHARE_OF_ANSWERS;
  return { roomBytes: (1 - others) * memoBytes, answerBytes };
}

/**
 * Remembers what was decided of records, by the very bytes of all that a judgement reads. Source,
 * destination and the rest are each numbered by their bytes, since a part repeats far more often
 * than a whole, and the numbers lead to the decision. Equal bytes mean equal flows; should different
 * bytes mean the same, that costs a second entry and nothing else. A full memo is emptied.
 */
export class DecisionMemo<Value extends Remembered> {
  readonly #options: MemoOptions;
  /** By number of the record; a hole = not decided yet. */
  #decisions: (Value | undefined)[] = [];
  readonly #byKey = new Map<string, Kept<Value>>();
  #book = { decisions: [] as Value[] };
  /** About what is kept of decisions outside of the core. */
  #bytes = 0;
  #number = -1;

  constructor(options: MemoOptions) {
    this.#options = options;
  }

  /** Of the record last asked about; -1 = there is no room for it. */
  get number(): number {
    return this.#number;
  }

  /**
   * What was decided of a record; `undefined` = nothing yet, or forgotten. `timeClass` is all that
   * decisions depend on of its time.
   */
  recall(record: ScannedRecord, timeClass: number): Value | undefined {
    const { core, limits } = this.#options;
    const { lists, formNumber } = record;
    if (record.offsets !== core.offsets) core.placeScanned(record.bytes, record.offsets);
    this.#number = core.numberOf(lists, timeClass, formNumber);
    if (this.#number < 0 || this.#number >= limits.memoDecisions) {
      this.#empty(this.#number < 0 ? 'memoBytes' : 'memoDecisions');
      this.#number = core.numberOf(lists, timeClass, formNumber);
    }
    return this.#number < 0 ? undefined : this.#decisions[this.#number];
  }

  /**
   * Remembers that the decision of this key was made of the record last asked about, and returns it; `undefined` =
   * there is none.
   */
  recallEqual(key: string): Value | undefined {
    const kept = this.#byKey.get(key);
    if (kept !== undefined) this.#remember(kept);
    return kept?.value;
  }

  /** The same of the record that the lane has just numbered; false = the lane cannot give that answer. */
  linkEqual(key: string): boolean {
    const kept = this.#byKey.get(key);
    if (kept === undefined || kept.answerAt === 0) return false;
    this.#options.core.link(kept.answerAt);
    return true;
  }

  /** Remembers what was decided of the record last asked about, which equals nothing that is kept. */
  remember(decision: Value): void {
    // A record too large for an empty memo is decided each time.
    if (this.#number < 0) return;
    const kept = this.#keep(decision);
    if (kept !== null) this.#remember(kept);
  }

  #remember({ value, answerAt }: Kept<Value>): void {
    if (this.#number < 0) return;
    this.#decisions[this.#number] = value;
    if (answerAt !== 0) this.#options.core.link(answerAt);
  }

  /** Decisions by the number of the answer that the lane gives. */
  get book(): { readonly decisions: readonly Value[] } {
    return this.#book;
  }

  #keep(value: Value): Kept<Value> | null {
    const { key, size } = value;
    this.#bytes += size;
    const isFull = this.#bytes > SHARE_OF_DECISIONS * this.#options.limits.memoBytes;
    const answerAt = isFull ? 0 : this.#answer(value);
    if (isFull || answerAt === null) {
      this.#empty('memoBytes');
      return null;
    }
    const kept = { value, answerAt };
    this.#byKey.set(key, kept);
    return kept;
  }

  /** Where the core keeps it; 0 = the lane is not to know it, `null` = others leave it no room. */
  #answer(value: Value): number | null {
    const { core, isForLane } = this.#options;
    const pieces = isForLane ? value.enrichment.pieces?.() : undefined;
    if (pieces === undefined) return 0;
    const number = this.#book.decisions.push(value) - 1;
    const answerAt = core.keep({ number, tail: value.laneTail, pieces });
    return answerAt === 0 && number > 0 ? null : answerAt;
  }

  #empty(limit: LimitName): void {
    this.#options.core.forgetAll();
    this.#decisions = [];
    this.#book = { decisions: [] };
    this.#byKey.clear();
    this.#bytes = 0;
    this.#options.onFull(limit);
  }
}

interface Kept<Value> {
  readonly value: Value;
  /** In the core; 0 = the lane does not know it. */
  readonly answerAt: number;
}
