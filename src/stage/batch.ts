// Hot: measured by bench/micro/records.bench.ts.
import type { EvaluationMaker, Stamp } from '../flow/encode-evaluation.ts';
import { wrap } from '../flow/envelope/envelope.ts';
import type { Envelope } from '../flow/envelope/envelope.ts';
import { originalOf, Unpacker } from '../flow/envelope/unpacker.ts';
import type { PackedRecord } from '../flow/envelope/unpacker.ts';
import { deadLetterReasons } from '../flow/reasons.ts';
import type { DeadLetterReason } from '../flow/reasons.ts';
import { asBuffer } from '../std/as-buffer.ts';
import { Arena, SlabPool } from './arena.ts';
import { deadLetterRecord } from './dead-letter.ts';
import type { Rejection } from './dead-letter.ts';
import { haveOurs, isCopied, recordBytes, withOutputHeaders } from './headers.ts';
import { limitNamedIn } from './limits.ts';
import type { Limits } from './limits.ts';
import type { Lane, LaneBatch, Onlooker } from './lane/lane.ts';
import type {
  Batch,
  BatchJudge,
  DeadLetter,
  Header,
  InputRecord,
  InputRecords,
  JudgedBatch,
} from './ports.ts';
import { changeHeaderOf, changeHeaders, type Decision } from './decision.ts';
import { OutputHeaders, OutputTails } from './output-headers.ts';
import type { RecordProcessor } from './processor.ts';
import { ChunkPool } from './records/chunk-pool.ts';
import { RecordColumns } from './records/columns.ts';
import { JoinedRecords } from './records/joined-records.ts';
import { OutputRecords } from './records/output-records.ts';
import type { ChunkLimits, Framing } from './records/output-records.ts';
import type { PackedHeaders } from './records/packed-headers.ts';
import { Tally } from './tally.ts';

export interface BatchJudgeOptions {
  readonly maker: EvaluationMaker;
  readonly limits: Limits & ChunkLimits;
  /** `input.unwrap`; `null` = records are in no envelope. */
  readonly unwrap: string | null;
  /**
   * What outputs are said to be that do not say it themselves; `null` = what the input was, in the same
   * envelopes.
   */
  readonly contentType: string | null;
  /** How outputs are laid out: as Kafka does unless it is said. */
  readonly framing?: Framing;
  /** Leave out the outputs for which nothing would change. */
  readonly isChangedOnly?: boolean;
  /** Where it is given nothing is written or counted: there are no outputs. */
  readonly onlooker?: Onlooker | null;
}

/**
 * Judges batches record by record: each becomes one output or one dead letter and is counted once, also
 * where one message holds several. A tombstone, or a message that says it holds none, passes as it is.
 * One batch has one policy hash and one `evaluated_at`.
 */
export function createBatchJudge(
  processor: RecordProcessor,
  options: BatchJudgeOptions,
): BatchJudge {
  const { maker, limits, unwrap, contentType, onlooker = null } = options;
  const { framing = 'records', isChangedOnly = false } = options;
  const common: readonly Header[] = [
    ['policy-set', Buffer.from(maker.policySet)],
    ['policy-hash', Buffer.from(maker.policyHash)],
  ];
  const headers: readonly Header[] =
    contentType === null ? common : [...common, ['content-type', Buffer.from(contentType)]];
  const slabs = new SlabPool();
  const chunks = new ChunkPool(limits.produceBytes);
  const tails = new OutputTails(common);
  const unpacker = new Unpacker({ path: unwrap, limits });
  const isLaned = unwrap === null && contentType === null;
  const unwantedTail = isChangedOnly ? changeHeaders.indexOf(UNCHANGED) : null;
  const laneOptions = { limits, tails, framing, onlooker, unwantedTail };
  const lane = isLaned ? processor.createLane(laneOptions) : null;
  return (batch, nowMs, schemas = null) => {
    processor.evaluatedAtMs = nowMs;
    processor.schemas = schemas;
    const arena = new Arena(slabs);
    const isConverted = contentType !== null;
    const outputs = new OutputRecords(limits, chunks, framing);
    const tools = { processor, unpacker, arena, outputs, tails, onlooker, isChangedOnly };
    const run = new BatchRun(batch, { ...tools, headers, limits, isConverted, lane });
    run.judgeRecords(batch.records);
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
  readonly outputs: OutputRecords;
  readonly tails: OutputTails;
  readonly isConverted: boolean;
  readonly isChangedOnly: boolean;
  readonly onlooker: Onlooker | null;
  /** `null` = every record is judged here. */
  readonly lane: Lane | null;
}

/** Where in its message a record is. */
interface Place {
  readonly envelopes: readonly Envelope[];
  /** From 0; `null` = the message is no more than this record. */
  readonly index: number | null;
}

class BatchRun implements LaneBatch {
  readonly outputs: OutputRecords;
  readonly tally: Tally;
  readonly sourcePrefix: string;
  readonly #options: RunOptions;
  readonly #topic: string;
  readonly #spliced: OutputHeaders;
  readonly #deadLetters: DeadLetter[] = [];
  /** Of the record that is judged; `undefined` = it did not come so. */
  #packed: PackedHeaders | null | undefined = null;

  constructor({ topic, partition }: Batch, options: RunOptions) {
    this.#options = options;
    this.#topic = topic;
    this.outputs = options.outputs;
    this.tally = new Tally({ topic, partition });
    this.sourcePrefix = `${topic}/${partition}/`;
    this.#spliced = new OutputHeaders(this.sourcePrefix, options.tails);
  }

  get stamp(): Stamp {
    return this.#options.processor.stamp;
  }

  layouts(): readonly number[] {
    return this.#options.processor.laneLayoutsOf(this.#topic);
  }

  linkAnswer(startMs: number): boolean {
    return this.#options.processor.linkAnswer(startMs);
  }

  judgeRecords(records: InputRecords): void {
    const { lane } = this.#options;
    if (records instanceof JoinedRecords) {
      for (const part of records.parts) this.judgeRecords(part);
    } else if (lane !== null && records instanceof RecordColumns) {
      lane.take(records, this);
    } else {
      for (const record of records) this.judge(record);
    }
  }

  judge(record: InputRecord): void {
    const { value, defect } = record;
    if (defect !== undefined) {
      this.#reject(record, { ...defect, limit: null });
      return;
    }
    this.#packed = record.packed;
    const headers = this.#packed === undefined ? record.headers.length : this.#packed?.count;
    if (value === null) this.#pass(record);
    else if ((headers ?? 0) > this.#options.limits.headers) this.#reject(record, TOO_MANY_HEADERS);
    else this.#judgeMessage(record, value);
  }

  finish(): JudgedBatch {
    const { processor, arena, outputs } = this.#options;
    for (const limit of processor.takeLimitsReached()) this.tally.limitReached(limit);
    return {
      outputs,
      deadLetters: this.#deadLetters,
      tally: this.tally,
      release: () => {
        arena.release();
        outputs.release();
      },
    };
  }

  #judgeMessage(record: InputRecord, value: Uint8Array): void {
    const { processor, unpacker } = this.#options;
    if (unpacker.isEnveloped) {
      this.#judgeAll(record, unpacker.open(asBuffer(value)));
      return;
    }
    // Nearly every message is a bare record: nothing else is thought of until it proves not to be.
    const rejection = this.#write(record, value, ALONE);
    if (rejection === null) return;
    const isLikely = !processor.isAvro && severalReasons.has(rejection.reason);
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
      const { offset, timestampMs, key, headers } = record;
      const value = originalOf(packed, this.#options.arena);
      this.#reject({ offset, timestampMs, key, value, headers }, rejection, index);
    }
  }

  /** `null` = written and counted. */
  #write(record: InputRecord, value: Uint8Array, place: Place): Rejection | null {
    const { processor, onlooker, isChangedOnly } = this.#options;
    const isCopiedWhole = isCopied(this.#packed, record);
    // What a message says of its value holds for nothing inside it.
    const headers = place !== ALONE || isCopiedWhole ? NO_HEADERS : record.headers;
    const decision = processor.decide(value, this.#topic, headers);
    if (decision.status !== 'decided') return decision;
    if (onlooker !== null) {
      onlooker.see(processor.number, processor.volume, record.offset);
      return null;
    }
    if (!isChangedOnly || decision.change !== UNCHANGED) {
      const isSpliced = isCopiedWhole && place === ALONE && this.#isPlain();
      const isWritten = isSpliced
        ? this.#splice(record, decision)
        : this.#writeAnew(record, decision, place);
      if (!isWritten) return OUTPUT_TOO_LARGE;
    }
    this.tally.judged(decision, processor.volume, record.offset);
    return null;
  }

  /** Whether no header is another than those of most records. */
  #isPlain(): boolean {
    const { processor, isConverted } = this.#options;
    return !isConverted && processor.schemaHeader === null;
  }

  /** Straight into the chunk that it leaves in; false = it is too large. */
  #splice(record: InputRecord, decision: Decision): boolean {
    const { processor, limits, outputs, lane } = this.#options;
    const { offset, timestampMs, key } = record;
    const headers = this.#spliced;
    headers.set(this.#packed ?? null, offset, decision.change);
    outputs.open(timestampMs, key, headers);
    const written = processor.write(decision, outputs);
    const bytes = (key?.length ?? 0) + written.length + headers.contentBytes;
    if (bytes > limits.outputRecordBytes) return false;
    outputs.close();
    if (this.#packed) lane?.learnHeaders(this.#packed);
    return true;
  }

  /** False = it is too large. */
  #writeAnew(record: InputRecord, decision: Decision, place: Place): boolean {
    const { processor, limits, arena, outputs, isConverted } = this.#options;
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
    if (recordBytes(output) > limits.outputRecordBytes) return false;
    outputs.add(output);
    if (place === ALONE) this.#learnNaming();
    return true;
  }

  /** Headers of which one names a schema, and none is of an earlier pass. */
  #learnNaming(): void {
    const { processor, lane } = this.#options;
    const { naming } = processor;
    if (lane === null || naming === null || !this.#packed || haveOurs(this.#packed)) return;
    lane.learnHeaders(this.#packed, naming);
  }

  /** Nothing to judge: out as it came. */
  #pass({ timestampMs, key, value, headers }: InputRecord): void {
    const { outputs, isChangedOnly } = this.#options;
    if (!isChangedOnly) outputs.add({ timestampMs, key, value, headers });
    this.tally.passedThrough();
  }

  #reject(record: InputRecord, rejection: Rejection, index: number | null = null): void {
    const { reason } = rejection;
    // What a schema exceeds is told by its message alone.
    const limit = rejection.limit ?? limitNamedIn(rejection.message);
    const source = this.#sourceOf(record);
    this.#deadLetters.push({
      offset: record.offset,
      index,
      reason,
      value: record.value,
      record: deadLetterRecord(record, rejection, {
        source: index === null ? [source] : [source, indexHeader(index)],
        bytesMax: this.#options.limits.outputRecordBytes,
      }),
    });
    this.tally.deadLettered(reason);
    if (limit !== null) this.tally.limitReached(limit);
  }

  /** Where the record came from, which makes a duplicate countable. */
  #sourceOf({ offset }: InputRecord): Header {
    return ['flow-source', Buffer.from(`${this.sourcePrefix}${offset}`)];
  }
}

/** Which of the records of its message it is. */
function indexHeader(index: number): Header {
  return ['flow-record-index', Buffer.from(`${index}`)];
}

const UNCHANGED = changeHeaderOf('unchanged');
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
