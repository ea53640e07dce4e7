// Hot: measured by bench/micro/records.bench.ts.
import type { Answer } from '../flow/dialects/answer-room.ts';
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
  /** Equal texts mean equal decisions. */
  readonly text: string;
  /** `null` = not for the lane. */
  readonly answer: Omit<Answer, 'number'> | null;
}

/** How much of `limits.memoBytes` is for what records are recognised by; the rest is for decisions. */
const SHARE_OF_RECORDS = 2 / 3;

/** Of the core that a memo with these limits wants. */
export function coreRoomOf({ memoBytes }: Pick<Limits, 'memoBytes'>): CoreRoom {
  const roomBytes = SHARE_OF_RECORDS * memoBytes;
  return { roomBytes, answerBytes: (memoBytes - roomBytes) / COPIES };
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
  readonly #byText = new Map<string, Kept<Value>>();
  #book = { decisions: [] as Value[] };
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
    if (record.offsets !== core.offsets) core.placeScanned(record.bytes, record.offsets);
    this.#number = core.numberOf(timeClass, record.formNumber);
    if (this.#number < 0 || this.#number >= limits.memoDecisions) {
      this.#empty(this.#number < 0 ? 'memoBytes' : 'memoDecisions');
      this.#number = core.numberOf(timeClass, record.formNumber);
    }
    return this.#number < 0 ? undefined : this.#decisions[this.#number];
  }

  /**
   * Remembers what was decided of the record last asked about. Of equal decisions the first is kept,
   * and returned.
   */
  remember(decision: Value): Value {
    // A record too large for an empty memo is decided each time.
    if (this.#number < 0) return decision;
    const kept = this.#byText.get(decision.text) ?? this.#keep(decision);
    if (kept === null) return decision;
    this.#decisions[this.#number] = kept.value;
    if (kept.answerAt !== 0) this.#options.core.link(kept.answerAt);
    return kept.value;
  }

  /** Decisions by the number of the answer that the lane gives. */
  get book(): { readonly decisions: readonly Value[] } {
    return this.#book;
  }

  #keep(value: Value): Kept<Value> | null {
    const { text, answer } = value;
    this.#bytes += COPIES * text.length;
    if (this.#bytes > (1 - SHARE_OF_RECORDS) * this.#options.limits.memoBytes) {
      this.#empty('memoBytes');
      return null;
    }
    const kept = { value, answerAt: answer === null ? 0 : this.#answer(value, answer) };
    this.#byText.set(text, kept);
    return kept;
  }

  #answer(value: Value, answer: Omit<Answer, 'number'>): number {
    const { core, isForLane } = this.#options;
    if (!isForLane) return 0;
    const number = this.#book.decisions.push(value) - 1;
    return core.keep({ ...answer, number });
  }

  #empty(limit: LimitName): void {
    this.#options.core.forgetAll();
    this.#decisions = [];
    this.#book = { decisions: [] };
    this.#byText.clear();
    this.#bytes = 0;
    this.#options.onFull(limit);
  }
}

interface Kept<Value> {
  readonly value: Value;
  /** In the core; 0 = the lane does not know it. */
  readonly answerAt: number;
}

/** Of a decision: its text, and the bytes to be written for it, here and in the core. */
const COPIES = 3;
