// Hot: measured by bench/micro/records.bench.ts.
import type { AvroSchema } from '../flow/avro/avro-schema.ts';
import type { DialectName } from '../flow/dialects/dialect.ts';
import { RecordCore } from '../flow/dialects/record-core.ts';
import { RecordReader } from '../flow/dialects/record-reader.ts';
import type { ScannedRecord } from '../flow/dialects/scanned-record.ts';
import type { Unreadable } from '../flow/dialects/unreadable.ts';
import type { RecordWriter, Room } from '../flow/dialects/writer.ts';
import { encodeStamp } from '../flow/encode-evaluation.ts';
import type { EvaluationMaker, Stamp } from '../flow/encode-evaluation.ts';
import type { PortClasses } from '../policy/index/port-classes.ts';
import { asBuffer } from '../std/as-buffer.ts';
import { assert } from '../std/assert.ts';
import { AvroRecords } from './avro-records.ts';
import type { Cells } from './cells.ts';
import { Decider } from './decider.ts';
import type { FlowJudge } from './decider.ts';
import type { Decision } from './decision.ts';
import type { Header } from './ports.ts';
import type { LimitName, Limits } from './limits.ts';
import type { Naming } from './lane/known-headers.ts';
import { Lane } from './lane/lane.ts';
import type { LaneOptions } from './lane/lane.ts';
import { TopicLayouts } from './lane/topic-layouts.ts';
import { coreRoomOf, DecisionMemo } from './memo.ts';
import { RecordVolume } from './record-volume.ts';
import type { Volume } from './tally.ts';
import type { SchemaFailure, WriterSchemas } from './writer-schemas.ts';

export interface ProcessorOptions {
  readonly maker: EvaluationMaker;
  /**
   * A whole number from 0 that is the same for beginnings of flows (ms since 1970, `null` = not given)
   * which the judge cannot tell apart: their rank among the time stamps of the inventory.
   */
  readonly timeClassOf: (startMs: number | null) => number;
  /** Ports that the judge cannot tell apart; `null` = it can tell all. */
  readonly portClasses?: PortClasses | null;
  /** `input.format`. */
  readonly format: DialectName | 'auto' | 'avro';
  /** `input.schemaFile`; without it records name their schemas. */
  readonly bareSchema?: AvroSchema | null;
  /** `output.member`. */
  readonly member: string;
  /** `output.format`. */
  readonly writer: RecordWriter;
  readonly limits: Limits;
  /** `null` = nobody counts. */
  readonly cells: Cells | null;
  /** Told that all records are forgotten, whose numbers will be given to others. */
  readonly onForget?: () => void;
}

/**
 * The way of one record: bytes, offsets of fields, the decision that the memo holds for them or that
 * the judge makes, bytes. One processor serves one set of policies.
 */
export class RecordProcessor {
  readonly #options: ProcessorOptions;
  readonly #core: RecordCore;
  readonly #isForLane: boolean;
  readonly #reader: RecordReader;
  readonly #avro: AvroRecords;
  readonly #memo: DecisionMemo<Decision>;
  readonly #decider: Decider;
  readonly #volume = new RecordVolume();
  readonly #layouts = new TopicLayouts();
  #limitsReached: LimitName[] = [];
  #record: ScannedRecord | null = null;
  #isAvro = false;
  #stamp = encodeStamp(0);

  /** Throws `CodedError` if `member` is taken in a dialect. */
  constructor(judge: FlowJudge, options: ProcessorOptions) {
    const { format, member, bareSchema = null, writer, limits, portClasses = null } = options;
    this.#options = options;
    const core = new RecordCore(limits, coreRoomOf(limits));
    core.ports.set(portClasses);
    this.#core = core;
    this.#isForLane = writer.isForLane;
    this.#reader = new RecordReader({ format, member, limits, core });
    const firstFormNumber = this.#reader.formCount;
    this.#avro = new AvroRecords({ format, bareSchema, limits, firstFormNumber, core });
    this.#memo = new DecisionMemo({
      core,
      limits,
      onFull: (limit) => {
        this.#limitsReached.push(limit);
        this.#decider.forget();
        options.onForget?.();
      },
      isForLane: this.#isForLane,
    });
    this.#decider = new Decider(judge, { ...options, core, memo: this.#memo });
  }

  /** A lane for records whose decision is remembered; `null` = they are not written as they came. */
  createLane(options: Omit<LaneOptions, 'core' | 'timeClassOf' | 'memo'>): Lane | null {
    if (!this.#isForLane) return null;
    const { timeClassOf } = this.#options;
    const memo = this.#memo;
    return new Lane({ ...options, core: this.#core, timeClassOf, memo });
  }

  /** Where the lane finds the layouts that records of the topic had, as far as this batch can have them. */
  laneLayoutsOf(topic: string): readonly number[] {
    return this.#layouts.of(topic).filter((layout) => this.#avro.isCurrent(layout));
  }

  /** What `evaluated_at` says. */
  get stamp(): Stamp {
    return this.#stamp;
  }

  /** What `evaluated_at` says from now on. */
  set evaluatedAtMs(timeMs: number) {
    this.#stamp = encodeStamp(timeMs);
  }

  /** Those that the records of this batch name; `null` = there is no registry. */
  set schemas(schemas: WriterSchemas<AvroSchema> | null) {
    this.#avro.schemas = schemas;
  }

  /** Names the schema of the record last decided, as it is written; `null` = no header does. */
  get schemaHeader(): Header | null {
    return this.#avro.header;
  }

  /** What the lane may know of the headers of the record last decided; `null` = they name no schema. */
  get naming(): Naming | null {
    const layout = this.#record?.laneLayout ?? 0;
    return this.#avro.isNamedByHeader && layout !== 0
      ? { layout, header: this.schemaHeader }
      : null;
  }

  /** Whether the record last decided, or refused, was taken for one in Avro. */
  get isAvro(): boolean {
    return this.#isAvro;
  }

  /**
   * What to write into the record and how to count it. `topic` tells streams of records apart, the
   * headers may name the schema.
   */
  decide(
    value: Uint8Array,
    topic: string,
    headers: readonly Header[] = NO_HEADERS,
  ): Decision | Unreadable | SchemaFailure {
    const bytes = asBuffer(value);
    const inAvro = this.#avro.read(bytes, headers);
    this.#isAvro = inAvro !== null;
    const record = inAvro ?? this.#reader.read(bytes, topic);
    if (record.status !== 'scanned') return record;
    const unreadable = this.#volume.read(record);
    if (unreadable !== null) return unreadable;
    this.#record = record;
    const { laneLayout } = record;
    if (laneLayout !== 0 && !this.#avro.isNamedByHeader) this.#layouts.add(topic, laneLayout);
    const timeClass = this.#options.timeClassOf(this.#volume.startMs);
    return this.#memo.recall(record, timeClass) ?? this.#decider.decide(record, timeClass);
  }

  /** As `Decider.link`. */
  linkAnswer(startMs: number): boolean {
    return this.#decider.link(startMs);
  }

  /** Size and time of the record last decided, good until the next. */
  get volume(): Volume {
    return this.#volume;
  }

  /**
   * Of the record last decided: records that are alike to a judgement have the same number, until the judge
   * is asked about another of that number. -1 = it is not remembered.
   */
  get number(): number {
    return this.#memo.number;
  }

  /** The record last decided, with what was decided, in as long as `room` keeps it. */
  write({ enrichment }: Decision, room: Room): Buffer {
    assert(this.#record !== null, 'a record is written before one is decided');
    return this.#options.writer.write(this.#record, { enrichment, stamp: this.#stamp }, room);
  }

  /** Limits reached since last asked. */
  takeLimitsReached(): readonly LimitName[] {
    const reached = this.#limitsReached;
    if (reached.length > 0) this.#limitsReached = [];
    return reached;
  }
}

const NO_HEADERS: readonly Header[] = [];
