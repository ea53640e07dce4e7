// Hot: measured by bench/micro/records.bench.ts.
import { LANE_BYTES } from '../../flow/dialects/record-core.ts';
import type { RecordCore } from '../../flow/dialects/record-core.ts';
import type { Stamp } from '../../flow/encode-evaluation.ts';
import { ROW } from '../../flow/record-sums.ts';
import type { Limits } from '../limits.ts';
import type { OutputTails } from '../output-headers.ts';
import { SOURCE_NAME } from '../output-headers.ts';
import type { InputRecord } from '../ports.ts';
import type { RecordColumns } from '../records/columns.ts';
import type { ChunkLimits, Framing, OutputRecords } from '../records/output-records.ts';
import type { PackedHeaders } from '../records/packed-headers.ts';
import { SpareMemory } from '../../std/spare-memory.ts';
import type { AnswerBook, LaneRows } from '../row-sums.ts';
import type { Tally, Volume } from '../tally.ts';
import { tellHeaders } from './known-headers.ts';
import type { Naming } from './known-headers.ts';
import { LaneMemory } from './lane-memory.ts';
import { Told, ToldExactly } from './lane-words.ts';
import { placeRecords } from './place-records.ts';
import { TimeRange } from './time-range.ts';

export interface LaneOptions {
  readonly core: RecordCore;
  readonly limits: Limits & ChunkLimits;
  readonly tails: OutputTails;
  readonly timeClassOf: (startMs: number | null) => number;
  /** Has the decisions of answers. */
  readonly memo: { readonly book: AnswerBook };
  /** What becomes of records; with an onlooker nothing is written. */
  readonly framing: Framing;
  readonly onlooker: Onlooker | null;
  /** Leave out the records with this of the tails; `null` = none. */
  readonly unwantedTail: number | null;
}

/** Who sees each judged record where nothing is written. Records that are alike to a judgement have one number. */
export interface Onlooker {
  /** One that the host judged; `volume` is good for as long as the call. */
  see(number: number, volume: Volume, offset: number): void;
  /** Those that the lane knew, `ROW` numbers each, the first being theirs; both are good for as long as the call. */
  seeRows(rows: Float64Array, offsets: Float64Array): void;
}

/** The batch that goes through the lane. */
export interface LaneBatch {
  readonly outputs: OutputRecords;
  readonly tally: Tally;
  /** All of `flow-source` but the offset. */
  readonly sourcePrefix: string;
  /** `evaluated_at`. */
  readonly stamp: Stamp;
  /** Where the lane finds the layouts that records of this topic had: no more than `LAYOUTS_MAX`. */
  layouts(): readonly number[];
  /**
   * Links an answer to the record that the lane stopped at, which it has read and not found the answer of; false =
   * the record is to be judged.
   */
  linkAnswer(startMs: number): boolean;
  /** Takes a record that the lane does not. */
  judge(record: InputRecord): void;
}

/**
 * The way of records that are of the plainest kind and whose decision is known, which are nearly all: they are
 * scanned, recognised, written and counted in the memory of the core, without the host. It must write what
 * the host would have written, byte for byte; whatever it does not know it leaves to the host.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #memory: LaneMemory;
  readonly #times: TimeRange;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#memory = new LaneMemory(options.core, LANE_BYTES);
    this.#times = new TimeRange(options.timeClassOf);
  }

  /** Judges all of the records, in their order. */
  take(records: RecordColumns, batch: LaneBatch): void {
    this.#open(batch);
    for (let from = 0; from < records.length;) {
      const to = placeRecords(records, from, this.#memory);
      if (to === from) batch.judge(records.at(from));
      else this.#takeWindow(records, { from, to }, batch);
      from = Math.max(to, from + 1);
    }
  }

  /** Records with headers like these are for the lane, in this batch; `naming` = they name a schema. */
  learnHeaders(headers: PackedHeaders, naming: Naming | null = null): void {
    tellHeaders(this.#memory, headers, naming);
  }

  /** Others may have used the core since. */
  #open({ sourcePrefix, stamp }: LaneBatch): void {
    const { limits, tails, timeClassOf, framing, onlooker, unwantedTail } = this.#options;
    const memory = this.#memory;
    const { texts } = memory;
    texts.set(stamp.json, JSON_STAMP_AT);
    texts.set(stamp.avro, AVRO_STAMP_AT);
    texts.set(SOURCE_NAME, SOURCE_AT);
    const prefixBytes = texts.write(sourcePrefix, SOURCE_AT + SOURCE_NAME.length);
    memory.tell({
      recordBytesMax: limits.recordBytes,
      outputBytesMax: limits.outputRecordBytes,
      decisionsMax: limits.memoDecisions,
      chunkRecordsMax: Math.min(limits.produceRecords, INT32_MAX),
      chunkBytesMax: Math.min(limits.produceBytes, INT32_MAX),
      jsonStamp: texts.byteOffset + JSON_STAMP_AT,
      jsonStampBytes: stamp.json.length,
      avroStamp: texts.byteOffset + AVRO_STAMP_AT,
      avroStampBytes: stamp.avro.length,
      tails: tails.writeTable(texts.subarray(TAILS_AT)),
      source: texts.byteOffset + SOURCE_AT,
      sourceBytes: SOURCE_NAME.length + 1 + prefixBytes,
      sourceValueBytes: prefixBytes,
      headersCount: 0,
      noTimeClass: timeClassOf(null),
      framing: onlooker === null ? framings[framing] : NOTHING,
    });
    memory.setSigned(Told.unwanted, unwantedTail ?? -1);
    this.#tellTimes();
  }

  #takeWindow(records: RecordColumns, { from, to }: Range, batch: LaneBatch): void {
    const memory = this.#memory;
    const { core } = this.#options;
    const count = to - from;
    for (let next = 0; next < count;) {
      memory.tellLayouts(batch.layouts());
      this.#openChunk(batch.outputs);
      let reason = core.judge(next, count);
      while (reason === UNKNOWN && batch.linkAnswer(memory.getExactly(ToldExactly.startMs))) {
        reason = core.resume(memory.get(Told.next), count);
      }
      const stopped = memory.get(Told.next);
      this.#collect(next, stopped, batch);
      const isStuck = reason === FULL && stopped === next;
      next = stopped;
      if (reason === OTHER_TIME) this.#changeTimes();
      else if (
        reason === PECULIAR ||
        reason === UNKNOWN ||
        (isStuck && !batch.outputs.makeRoom(memory.get(Told.needed)))
      ) {
        batch.judge(records.at(from + next));
        next += 1;
      }
    }
  }

  #openChunk(outputs: OutputRecords): void {
    const memory = this.#memory;
    const { records, bytes, baseTimestampMs, maxTimestampMs } = outputs.openChunk;
    memory.set(Told.chunkRecords, records);
    memory.set(Told.chunkBytes, bytes);
    memory.setExactly(ToldExactly.baseTime, baseTimestampMs);
    memory.setExactly(ToldExactly.maxTime, maxTimestampMs);
  }

  /** What was written leaves, and is counted. */
  #collect(from: number, to: number, { outputs, tally }: LaneBatch): void {
    if (to === from) return;
    const memory = this.#memory;
    const { onlooker } = this.#options;
    if (onlooker !== null) {
      onlooker.seeRows(
        memory.rows.subarray(0, ROW * (to - from)),
        memory.offsets.subarray(from, to),
      );
      return;
    }
    outputs.append(memory.out.subarray(0, memory.get(Told.written)), {
      records: memory.get(Told.chunkRecords) - outputs.openChunk.records,
      baseTimestampMs: memory.getExactly(ToldExactly.baseTime),
      maxTimestampMs: memory.getExactly(ToldExactly.maxTime),
    });
    tally.judgedByLane({
      ...this.#copyRows(from, to),
      book: this.#options.memo.book,
      at: tally.at,
    });
  }

  /** Until they are added up: the next records take their place. */
  #copyRows(from: number, to: number): Pick<LaneRows, 'rows' | 'offsets' | 'release'> {
    const count = to - from;
    const copy = spare.take(8 * (ROW + 1) * count);
    const rows = new Float64Array(copy, 0, ROW * count);
    const offsets = new Float64Array(copy, 8 * ROW * count, count);
    rows.set(this.#memory.rows.subarray(0, ROW * count));
    offsets.set(this.#memory.offsets.subarray(from, to));
    return { rows, offsets, release: () => spare.give(copy) };
  }

  #changeTimes(): void {
    this.#times.moveTo(this.#memory.getExactly(ToldExactly.timeFrom));
    this.#tellTimes();
  }

  #tellTimes(): void {
    const { fromMs, toMs, timeClass } = this.#times;
    this.#memory.setExactly(ToldExactly.timeFrom, fromMs);
    this.#memory.setExactly(ToldExactly.timeTo, toMs);
    this.#memory.setSigned(Told.timeClass, timeClass);
  }
}

/** Of batches that wait to be acknowledged. */
const spare = new SpareMemory(8 * 1024 * 1024);

interface Range {
  readonly from: number;
  readonly to: number;
}

// As in `assembly/told.ts`.
const framings: Readonly<Record<Framing, number>> = { records: 0, lines: 1 };
const NOTHING = 2;

// Why the lane stopped, as in `assembly/lane.ts`; 0 = it has taken all.
const PECULIAR = 1;
const FULL = 2;
const OTHER_TIME = 3;
const UNKNOWN = 4;

const INT32_MAX = 2 ** 31 - 1;

// Where in the texts each lies. A topic's name has at most 249 characters.
const JSON_STAMP_AT = 0;
const AVRO_STAMP_AT = 48;
const SOURCE_AT = 96;
const TAILS_AT = 1024;
