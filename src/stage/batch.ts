// Hot: measured by bench/micro/records.bench.ts.
import type { EvaluationMaker } from '../flow/encode-evaluation.ts';
import { wrap } from '../flow/envelope/envelope.ts';
import type { Envelope } from '../flow/envelope/envelope.ts';
import { originalOf, Unpacker } from '../flow/envelope/unpacker.ts';
import type { PackedRecord } from '../flow/envelope/unpacker.ts';
import type { FlowEvaluation } from '../flow/evaluation.ts';
import { deadLetterReasons } from '../flow/reasons.ts';
import type { DeadLetterReason } from '../flow/reasons.ts';
import { asBuffer } from '../std/as-buffer.ts';
import { Arena, SlabPool } from './arena.ts';
import { deadLetterRecord } from './dead-letter.ts';
import type { Rejection } from './dead-letter.ts';
import { recordBytes, withOutputHeaders } from './headers.ts';
import { limitNamedIn } from './limits.ts';
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
import type { Volume } from './tally.ts';

export interface BatchJudgeOptions {
  readonly maker: EvaluationMaker;
  readonly limits: Limits;
  /** `input.unwrap`; `null` = records are in no envelope. */
  readonly unwrap: string | null;
  /**
   * What outputs are said to be that do not say it themselves; `null` = what the input was, in the same
   * envelopes.
   */
  readonly contentType: string | null;
  /** Where it is given nothing is written: there are no outputs. */
  readonly onlooker?: Onlooker | null;
}

/** Sees each judged record, and its offset, instead of a sink; `volume` is good for as long as the call. */
export type Onlooker = (evaluation: FlowEvaluation, volume: Volume, offset: number) => void;

/**
 * Judges batches record by record: each becomes one output or one dead letter and is counted once, also
 * where one message holds several. A tombstone, or a message that says it holds none, passes as it is.
 * One batch has one policy hash and one `evaluated_at`.
 */
export function createBatchJudge(
  processor: RecordProcessor,
  { maker, limits, unwrap, contentType, onlooker = null }: BatchJudgeOptions,
): BatchJudge {
  const common: readonly Header[] = [
    ['policy-set', Buffer.from(maker.policySet)],
    ['policy-hash', Buffer.from(maker.policyHash)],
  ];
  const headers: readonly Header[] =
    contentType === null ? common : [...common, ['content-type', Buffer.from(contentType)]];
  const slabs = new SlabPool();
  const unpacker = new Unpacker({ path: unwrap, limits });
  return (batch, nowMs, schemas = null) => {
    processor.evaluatedAtMs = nowMs;
    processor.schemas = schemas;
    const arena = new Arena(slabs);
    const isConverted = contentType !== null;
    const options = { processor, headers, limits, unpacker, arena, isConverted, onlooker };
    const run = new BatchRun(batch, options);
    for (const record of batch.records) run.judge(record);
    return run.finish();
  };
}

interface RunOptions {
  readonly processor: RecordProcessor;
  /** The same on every output. */
  readonly headers: readonly Header[];
  readonly limits: Limits;
  readonly unpacker: Unpacker;
  readonly arena: Arena;
  readonly isConverted: boolean;
  readonly onlooker: Onlooker | null;
}

/** Where in its message a record is. */
interface Place {
  readonly envelopes: readonly Envelope[];
  /** From 0; `null` = the message is no more than this record. */
  readonly index: number | null;
}

class BatchRun {
  readonly #options: RunOptions;
  readonly #topic: string;
  readonly #sourcePrefix: string;
  readonly #outputs: OutputRecord[] = [];
  readonly #deadLetters: DeadLetter[] = [];
  readonly #tally: Tally;

  constructor({ topic, partition }: Batch, options: RunOptions) {
    this.#options = options;
    this.#topic = topic;
    this.#tally = new Tally({ topic, partition });
    this.#sourcePrefix = `${topic}/${partition}/`;
  }

  judge(record: InputRecord): void {
    const { value, headers, defect } = record;
    if (defect !== undefined) {
      this.#reject(record, { ...defect, limit: limitNamedIn(defect.message) });
      return;
    }
    if (value === null) this.#pass(record);
    else if (headers.length > this.#options.limits.headers) this.#reject(record, TOO_MANY_HEADERS);
    else this.#judgeMessage(record, value);
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

  #judgeMessage(record: InputRecord, value: Uint8Array): void {
    const { unpacker } = this.#options;
    if (unpacker.isEnveloped) {
      this.#judgeAll(record, unpacker.open(asBuffer(value)));
      return;
    }
    // Nearly every message is a bare record: nothing else is thought of until it proves not to be.
    const rejection = this.#write(record, value, ALONE);
    if (rejection === null) return;
    const isLikely = severalReasons.has(rejection.reason);
    this.#judgeAll(record, (isLikely ? unpacker.split(asBuffer(value)) : null) ?? rejection);
  }

  #judgeAll(record: InputRecord, packed: readonly PackedRecord[] | Rejection): void {
    if ('reason' in packed) this.#reject(record, packed);
    else if (packed.length === 0) this.#pass(record);
    else {
      const isAlone = packed.length === 1;
      for (const [i, one] of packed.entries()) this.#judgePacked(record, one, isAlone ? null : i);
    }
  }

  #judgePacked(record: InputRecord, packed: PackedRecord, index: number | null): void {
    const { bytes, envelopes, problem } = packed;
    const rejection = problem ?? this.#write(record, bytes, { envelopes, index });
    if (rejection === null) return;
    if (index === null) this.#reject(record, rejection);
    else {
      const part = { ...record, value: originalOf(packed, this.#options.arena) };
      this.#reject(part, rejection, index);
    }
  }

  /** `null` = written and counted. */
  #write(record: InputRecord, value: Uint8Array, place: Place): Rejection | null {
    const { processor, limits, arena, isConverted, onlooker } = this.#options;
    // What a message says of its value holds for nothing inside it.
    const headers = place === ALONE ? record.headers : NO_HEADERS;
    const decision = processor.decide(value, this.#topic, headers);
    if (decision.status !== 'decided') return decision;
    if (onlooker !== null) {
      onlooker(decision.evaluation, processor.volume, record.offset);
      this.#tally.judged(decision, processor.volume);
      return null;
    }
    const written = processor.write(decision, arena);
    const ours: Header[] = [
      this.#sourceOf(record),
      ['flow-verdict-change', decision.change],
      ...this.#options.headers,
    ];
    if (place.index !== null) ours.push(indexHeader(place.index));
    const { schemaHeader } = processor;
    if (schemaHeader !== null && !isConverted) ours.push(schemaHeader);
    const output = {
      timestampMs: record.timestampMs,
      key: record.key,
      value:
        isConverted || place.envelopes.length === 0
          ? written
          : wrap(written, place.envelopes, arena),
      headers: withOutputHeaders(record.headers, ours),
    };
    if (recordBytes(output) > limits.outputRecordBytes) return OUTPUT_TOO_LARGE;
    this.#outputs.push(output);
    this.#tally.judged(decision, processor.volume, record.offset);
    return null;
  }

  /** Nothing to judge: out as it came. */
  #pass({ timestampMs, key, value, headers }: InputRecord): void {
    this.#outputs.push({ timestampMs, key, value, headers });
    this.#tally.passedThrough();
  }

  #reject(record: InputRecord, rejection: Rejection, index: number | null = null): void {
    const { reason, limit } = rejection;
    const source = this.#sourceOf(record);
    this.#deadLetters.push({
      offset: record.offset,
      index,
      reason,
      record: deadLetterRecord(record, rejection, {
        source: index === null ? [source] : [source, indexHeader(index)],
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

/** Which of the records of its message it is. */
function indexHeader(index: number): Header {
  return ['flow-record-index', Buffer.from(`${index}`)];
}

const ALONE: Place = { envelopes: [], index: null };
const NO_HEADERS: readonly Header[] = [];

/** Why a message that holds several records is no bare record. */
const severalReasons: ReadonlySet<DeadLetterReason> = new Set([
  'not_a_record',
  'unknown_format',
  'invalid_utf8',
  'too_deep',
  'too_large',
  'too_many_items',
]);

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
