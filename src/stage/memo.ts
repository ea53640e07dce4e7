// Hot: measured by bench/micro/records.bench.ts.
import type { RecordCore } from '../flow/dialects/record-core.ts';
import type { ScannedRecord } from '../flow/dialects/scanned-record.ts';
import type { LimitName, Limits } from './limits.ts';

export interface MemoOptions {
  /** Recognises records; nobody else may number them. */
  readonly core: RecordCore;
  readonly limits: Pick<Limits, 'memoDecisions' | 'memoBytes'>;
  readonly onFull: (limit: LimitName) => void;
}

/** How much of `limits.memoBytes` is for what records are recognised by; the rest is for decisions. */
export const MEMO_SHARE_OF_CORE = 3 / 4;

/**
 * Remembers what was decided of records, by the very bytes of all that a judgement reads. Source,
 * destination and the rest are each numbered by their bytes, since a part repeats far more often
 * than a whole, and the numbers lead to the decision. Equal bytes mean equal flows; should different
 * bytes mean the same, that costs a second entry and nothing else. A full memo is emptied.
 */
export class DecisionMemo<Value extends { readonly text: string }> {
  readonly #options: MemoOptions;
  /** By number of the record; a hole = not decided yet. */
  #decisions: (Value | undefined)[] = [];
  readonly #byText = new Map<string, Value>();
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
    this.#decisions[this.#number] = kept;
    return kept;
  }

  #keep(decision: Value): Value | null {
    const { text } = decision;
    this.#bytes += BYTES_PER_CHARACTER * text.length;
    if (this.#bytes > (1 - MEMO_SHARE_OF_CORE) * this.#options.limits.memoBytes) {
      this.#empty('memoBytes');
      return null;
    }
    this.#byText.set(text, decision);
    return decision;
  }

  #empty(limit: LimitName): void {
    this.#options.core.forgetAll();
    this.#decisions = [];
    this.#byText.clear();
    this.#bytes = 0;
    this.#options.onFull(limit);
  }
}

/** Its text, and the bytes to be written for it. */
const BYTES_PER_CHARACTER = 2;
