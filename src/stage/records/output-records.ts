// Hot: measured by bench/micro/records.bench.ts.
import type { OutputRecord } from '../ports.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter, varintBytes } from './byte-writer.ts';
import { ChunkPool } from './chunk-pool.ts';
import { recordsIn } from './read-columns.ts';
import { GivenHeaders, sizeOfBytes } from './header-block.ts';
import type { HeaderBlock } from './header-block.ts';

/** What one chunk may hold. */
export interface ChunkLimits {
  readonly produceRecords: number;
  readonly produceBytes: number;
}

/**
 * Records as Kafka lays them out in a batch of version 2, wanting nothing but the header of the batch and
 * its compression.
 */
export interface Chunk {
  readonly bytes: Buffer;
  readonly records: number;
  readonly baseTimestampMs: number;
  readonly maxTimestampMs: number;
  /** How often it was handed to a socket. */
  timesSent: number;
}

/** A chunk that is being filled. */
export interface OpenChunk {
  readonly records: number;
  readonly bytes: number;
  readonly baseTimestampMs: number;
  readonly maxTimestampMs: number;
}

/** How chunks hold records: as Kafka lays them out, or the value of one a line and nothing else. */
export type Framing = 'records' | 'lines';

/**
 * Records on their way out, written in order straight into the chunks that they leave in; a giant
 * travels alone. A record is opened, its value written into the room that it gets, and closed. Lines are not
 * read back.
 */
export class OutputRecords implements Iterable<OutputRecord> {
  readonly framing: Framing;
  readonly #pool: ChunkPool;
  readonly #limits: ChunkLimits;
  readonly #writer = new ByteWriter(NO_BYTES);
  readonly #memory: Buffer[] = [];
  #full: Chunk[] = [];
  #records = 0;
  #recordsBefore = 0;
  #end = 0;
  #baseTimestampMs = -1;
  #maxTimestampMs = -1;
  // Of the record that is open.
  #timestampMs = -1;
  #key: Uint8Array | null = null;
  #headers: HeaderBlock = NO_HEADERS;

  constructor(limits: ChunkLimits, pool: ChunkPool, framing: Framing = 'records') {
    this.#limits = limits;
    this.#pool = pool;
    this.framing = framing;
  }

  get length(): number {
    return this.#recordsBefore + this.#records;
  }

  /** Nothing may be added afterwards. */
  chunks(): readonly Chunk[] {
    this.#finishChunk();
    return this.#full;
  }

  add({ timestampMs, key, value, headers }: OutputRecord): void {
    this.open(timestampMs, key, new GivenHeaders(headers));
    if (value === null) this.#begin(null);
    else this.allocate(value.length).set(value);
    this.close();
  }

  open(timestampMs: number, key: Uint8Array | null, headers: HeaderBlock): void {
    this.#timestampMs = timestampMs;
    this.#key = key;
    this.#headers = headers;
  }

  /** Room for the value of the record that is open, once a record. */
  allocate(size: number): Buffer {
    this.#begin(size);
    const writer = this.#writer;
    const start = writer.at;
    writer.at += size;
    return writer.bytes.subarray(start, writer.at);
  }

  /** The record that is open is whole. One that is not closed was never there. */
  close(): void {
    const writer = this.#writer;
    if (this.framing === 'lines') {
      writer.bytes[writer.at++] = LINE_FEED;
    } else {
      writer.varint(this.#headers.count);
      this.#headers.write(writer);
    }
    this.#end = writer.at;
    this.#records += 1;
    if (this.#timestampMs > this.#maxTimestampMs) this.#maxTimestampMs = this.#timestampMs;
  }

  /** What the chunk holds that is not full yet. */
  get openChunk(): OpenChunk {
    return {
      records: this.#records,
      bytes: this.#end,
      baseTimestampMs: this.#baseTimestampMs,
      maxTimestampMs: this.#maxTimestampMs,
    };
  }

  /** Adds records that were written elsewhere, as `openChunk` and the limits allow; the times are those of the chunk with them. */
  append(
    bytes: Uint8Array,
    { records, baseTimestampMs, maxTimestampMs }: Omit<OpenChunk, 'bytes'>,
  ): void {
    const end = this.#end + bytes.length;
    if (end > this.#writer.bytes.length) this.#grow(end);
    this.#writer.bytes.set(bytes, this.#end);
    this.#end = end;
    this.#records += records;
    this.#baseTimestampMs = baseTimestampMs;
    this.#maxTimestampMs = maxTimestampMs;
  }

  /** Finishes the chunk if it has no room for one more record of so many bytes; false = it has, or holds nothing. */
  makeRoom(bytes: number): boolean {
    if (this.#records === 0 || !this.#isFull(bytes)) return false;
    this.#finishChunk();
    return true;
  }

  /**
   * Gives the memory to records to come: never before all is acknowledged. A chunk that was sent more
   * than once may still wait in a socket that was given up.
   */
  release(): void {
    const isSentOnce = this.#full.every(({ timesSent }) => timesSent <= 1);
    if (isSentOnce) for (const memory of this.#memory) this.#pool.giveBack(memory);
    this.#memory.length = 0;
    this.#full = [];
    this.#writer.bytes = NO_BYTES;
  }

  /** Reads back what was written: the values are views. */
  *[Symbol.iterator](): Generator<OutputRecord> {
    for (const chunk of this.chunks()) {
      const { records, baseTimestampMs, bytes } = chunk;
      const batch = { baseOffset: 0, lastOffset: records - 1, recordCount: records };
      const times = { baseTimestampMs, maxTimestampMs: baseTimestampMs, isLogAppendTime: false };
      for (const { timestampMs, key, value, headers } of recordsIn(bytes, { ...batch, ...times })) {
        yield { timestampMs, key, value, headers };
      }
    }
  }

  /** The values alone, which cost far less to read back; views as well. */
  *values(): Generator<Buffer | null> {
    for (const { bytes, records } of this.chunks()) {
      const reader = new ByteReader(bytes);
      for (let record = 0; record < records; record += 1) {
        const end = reader.varint() + reader.at;
        reader.skip(1); // attributes
        reader.varint(); // time
        reader.varint(); // number
        reader.skipVarintBytes(); // key
        yield reader.varintBytes();
        reader.skip(end - reader.at);
      }
    }
  }

  /** Writes what stands before a value of `size` bytes, `null` = of none. */
  #begin(size: number | null): void {
    if (this.framing === 'records') {
      this.#beginRecord(size);
      return;
    }
    this.#makeRoom((size ?? 0) + 1);
    this.#writer.at = this.#end;
  }

  #beginRecord(size: number | null): void {
    const valueBytes = size === null ? 1 : varintBytes(size) + size;
    const { count, bytes } = this.#headers;
    const rest = sizeOfBytes(this.#key) + valueBytes + varintBytes(count) + bytes;
    // The offset and the time within the chunk take at most so many.
    this.#makeRoom(rest + DELTAS_BYTES_MAX);
    const writer = this.#writer;
    const timestampDelta = this.#timestampMs - this.#baseTimestampMs;
    const length = 1 + varintBytes(timestampDelta) + varintBytes(this.#records) + rest;
    writer.at = this.#end;
    writer.varint(length);
    writer.bytes[writer.at++] = 0; // attributes: none are in use
    writer.varint(timestampDelta);
    writer.varint(this.#records);
    writer.varintBytes(this.#key);
    writer.varint(size ?? -1);
  }

  #isFull(bytes: number): boolean {
    const { produceRecords, produceBytes } = this.#limits;
    return this.#records >= produceRecords || this.#end + bytes > produceBytes;
  }

  #makeRoom(bytes: number): void {
    if (this.#isFull(bytes)) this.#finishChunk();
    if (this.#records === 0) this.#baseTimestampMs = this.#maxTimestampMs = this.#timestampMs;
    if (this.#end + bytes > this.#writer.bytes.length) this.#grow(this.#end + bytes);
  }

  #grow(bytes: number): void {
    const before = this.#writer.bytes;
    const memory = this.#pool.take(bytes);
    before.copy(memory, 0, 0, this.#end);
    // Nobody has seen it yet.
    if (this.#memory.at(-1) === before) this.#pool.giveBack(before);
    else this.#memory.push(memory);
    this.#memory[this.#memory.length - 1] = memory;
    this.#writer.bytes = memory;
  }

  #finishChunk(): void {
    if (this.#records === 0) return;
    this.#full.push({
      bytes: this.#writer.bytes.subarray(0, this.#end),
      records: this.#records,
      baseTimestampMs: this.#baseTimestampMs,
      maxTimestampMs: this.#maxTimestampMs,
      timesSent: 0,
    });
    this.#recordsBefore += this.#records;
    this.#records = 0;
    this.#end = 0;
    this.#writer.bytes = NO_BYTES;
  }
}

/** Records that were made one by one; without `limits` they all go into one chunk. */
export function packRecords(
  records: readonly OutputRecord[],
  limits: ChunkLimits = UNLIMITED,
): OutputRecords {
  const blocks = records.map(({ headers }) => new GivenHeaders(headers));
  const bytes = records.reduce(
    (sum, { key, value }, i) =>
      sum + sizeOfBytes(key) + sizeOfBytes(value) + (blocks[i]?.bytes ?? 0) + OVERHEAD_BYTES_MAX,
    0,
  );
  const packed = new OutputRecords(limits, new ChunkPool(Math.min(bytes, limits.produceBytes)));
  for (const record of records) packed.add(record);
  return packed;
}

const NO_BYTES = Buffer.alloc(0);
const LINE_FEED = 0x0a;
const NO_HEADERS: HeaderBlock = new GivenHeaders([]);
/** A length, attributes, a time and a number. */
const DELTAS_BYTES_MAX = 5 + 1 + 10 + 5;
/** The same with the number of headers. */
const OVERHEAD_BYTES_MAX = DELTAS_BYTES_MAX + 5;
const UNLIMITED: ChunkLimits = { produceRecords: Infinity, produceBytes: Infinity };
