// Hot: measured by bench/micro/records.bench.ts.
import type { EvaluationMaker } from '../flow/encode-evaluation.ts';
import { deadLetterReasons } from '../flow/reasons.ts';
import { Arena, SlabPool } from './arena.ts';
import { deadLetterRecord } from './dead-letter.ts';
import type { Rejection } from './dead-letter.ts';
import { recordBytes, withHeaders } from './headers.ts';
import type { Limits } from './limits.ts';
import type {
  Batch,
  BatchJudge,
  DeadLetter,
  Header,
  InputRecord,
  JudgedBatch,
  OutputRecord,
} from './ports.ts';
import type { RecordProcessor } from './processor.ts';
import { Tally } from './tally.ts';

export interface BatchJudgeOptions {
  readonly maker: EvaluationMaker;
  readonly limits: Limits;
}

/**
 * Judges batches record by record: each becomes one output or one dead letter and is counted once.
 * A tombstone passes as it is. One batch has one policy hash and one `evaluated_at`.
 */
export function createBatchJudge(
  processor: RecordProcessor,
  { maker, limits }: BatchJudgeOptions,
): BatchJudge {
  const headers: readonly Header[] = [
    ['policy-set', Buffer.from(maker.policySet)],
    ['policy-hash', Buffer.from(maker.policyHash)],
  ];
  const slabs = new SlabPool();
  return (batch, nowMs) => {
    processor.evaluatedAtMs = nowMs;
    const run = new BatchRun(batch, { processor, headers, limits, arena: new Arena(slabs) });
    for (const record of batch.records) run.judge(record);
    return run.finish();
  };
}

interface RunOptions {
  readonly processor: RecordProcessor;
  /** The same on every output. */
  readonly headers: readonly Header[];
  readonly limits: Limits;
  readonly arena: Arena;
}

class BatchRun {
  readonly #options: RunOptions;
  readonly #topic: string;
  readonly #sourcePrefix: string;
  readonly #outputs: OutputRecord[] = [];
  readonly #deadLetters: DeadLetter[] = [];
  readonly #tally = new Tally();

  constructor({ topic, partition }: Batch, options: RunOptions) {
    this.#options = options;
    this.#topic = topic;
    this.#sourcePrefix = `${topic}/${partition}/`;
  }

  judge(record: InputRecord): void {
    const { key, value, headers, timestampMs, defect } = record;
    if (defect !== undefined) {
      this.#reject(record, { ...defect, limit: null });
      return;
    }
    if (value === null) {
      this.#outputs.push({ timestampMs, key, value, headers });
      this.#tally.passedThrough();
      return;
    }
    const rejection = this.#write(record, value);
    if (rejection !== null) this.#reject(record, rejection);
  }

  finish(): JudgedBatch {
    const { processor, arena } = this.#options;
    for (const limit of processor.takeLimitsReached()) this.#tally.limitReached(limit);
    return {
      outputs: this.#outputs,
      deadLetters: this.#deadLetters,
      tally: this.#tally,
      release: () => arena.release(),
    };
  }

  /** `null` = written and counted. */
  #write(record: InputRecord, value: Uint8Array): Rejection | null {
    const { processor, limits, arena } = this.#options;
    if (record.headers.length > limits.headers) return TOO_MANY_HEADERS;
    const decision = processor.decide(value, this.#topic);
    if (decision.status === 'unreadable') return decision;
    const output = {
      timestampMs: record.timestampMs,
      key: record.key,
      value: processor.write(decision, arena),
      headers: withHeaders(record.headers, [
        this.#sourceOf(record),
        ['flow-verdict-change', decision.change],
        ...this.#options.headers,
      ]),
    };
    if (recordBytes(output) > limits.outputRecordBytes) return OUTPUT_TOO_LARGE;
    this.#outputs.push(output);
    this.#tally.judged(decision, processor.volume);
    return null;
  }

  #reject(record: InputRecord, rejection: Rejection): void {
    const { reason, limit } = rejection;
    this.#deadLetters.push({
      offset: record.offset,
      reason,
      record: deadLetterRecord(record, rejection, {
        source: this.#sourceOf(record),
        bytesMax: this.#options.limits.outputRecordBytes,
      }),
    });
    this.#tally.deadLettered(reason);
    if (limit !== null) this.#tally.limitReached(limit);
  }

  /** Where the record came from, which makes a duplicate countable. */
  #sourceOf({ offset }: InputRecord): Header {
    return ['flow-source', Buffer.from(`${this.#sourcePrefix}${offset}`)];
  }
}

const TOO_MANY_HEADERS: Rejection = {
  reason: 'too_many_items',
  message: `${deadLetterReasons.too_many_items}, its headers, \`limits.headers\``,
  limit: 'headers',
};

const OUTPUT_TOO_LARGE: Rejection = {
  reason: 'output_too_large',
  message: deadLetterReasons.output_too_large,
  limit: 'outputRecordBytes',
};
