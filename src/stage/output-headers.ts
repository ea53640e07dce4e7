// Hot: measured by bench/micro/records.bench.ts.
import { changeHeaders } from './decision.ts';
import type { Header } from './ports.ts';
import { ByteWriter, digitsOf, varintBytes } from './records/byte-writer.ts';
import { GivenHeaders } from './records/header-block.ts';
import type { HeaderBlock } from './records/header-block.ts';
import type { PackedHeaders } from './records/packed-headers.ts';

/** Headers as they lie in a batch, without their number. */
export interface EncodedHeaders {
  readonly count: number;
  readonly bytes: Buffer;
  /** Of names and values. */
  readonly contentBytes: number;
}

/** `flow-verdict-change` and what every output has after it, encoded once for each change. */
export class OutputTails {
  readonly #tails: ReadonlyMap<Buffer, EncodedHeaders>;

  constructor(common: readonly Header[]) {
    this.#tails = new Map(
      changeHeaders.map((change) => [
        change,
        encodeHeaders([['flow-verdict-change', change], ...common]),
      ]),
    );
  }

  /** Of one of `changeHeaders`. */
  of(change: Buffer): EncodedHeaders {
    return this.#tails.get(change) ?? NO_TAIL;
  }

  /** Lays them down for the lane, in the order of `changeHeaders`, and returns where: their table comes first. */
  writeTable(room: Buffer): number {
    const tails = [...this.#tails.values()];
    let bytesAt = TAIL_BYTES * tails.length;
    for (const [i, { bytes, count, contentBytes }] of tails.entries()) {
      const words = [room.byteOffset + bytesAt, bytes.length, count, contentBytes];
      for (const [j, value] of words.entries()) room.writeUInt32LE(value, TAIL_BYTES * i + 4 * j);
      room.set(bytes, bytesAt);
      bytesAt += bytes.length;
    }
    return room.byteOffset;
  }
}

const TAIL_BYTES = 16;

/**
 * The headers of one output after the other, without an object of any: those that it came with as they
 * lie there, where it came from, and its tail.
 */
export class OutputHeaders implements HeaderBlock {
  count = 0;
  bytes = 0;
  /** Of names and values, as `limits.outputRecordBytes` counts them. */
  contentBytes = 0;
  readonly #tails: OutputTails;
  readonly #prefix: Buffer;
  #packed: PackedHeaders | null = null;
  #offset = 0;
  #digits = 0;
  #tail: EncodedHeaders = NO_TAIL;

  /** `sourcePrefix` is all of `flow-source` but the offset. */
  constructor(sourcePrefix: string, tails: OutputTails) {
    this.#prefix = Buffer.from(sourcePrefix);
    this.#tails = tails;
  }

  set(packed: PackedHeaders | null, offset: number, change: Buffer): void {
    const tail = this.#tails.of(change);
    this.#packed = packed;
    this.#offset = offset;
    this.#digits = digitsOf(offset);
    this.#tail = tail;
    const source = this.#prefix.length + this.#digits;
    this.count = 1 + tail.count;
    this.bytes = SOURCE_NAME.length + varintBytes(source) + source + tail.bytes.length;
    this.contentBytes = SOURCE.length + source + tail.contentBytes;
    if (packed === null) return;
    this.count += packed.count;
    this.bytes += packed.bytes.length;
    this.contentBytes += packed.contentBytes();
  }

  write(writer: ByteWriter): void {
    if (this.#packed !== null) writer.raw(this.#packed.bytes);
    writer.raw(SOURCE_NAME);
    writer.varint(this.#prefix.length + this.#digits);
    writer.raw(this.#prefix);
    writer.digits(this.#offset, this.#digits);
    writer.raw(this.#tail.bytes);
  }
}

export function encodeHeaders(headers: readonly Header[]): EncodedHeaders {
  const block = new GivenHeaders(headers);
  const writer = new ByteWriter(Buffer.alloc(block.bytes));
  block.write(writer);
  return {
    count: headers.length,
    bytes: writer.bytes,
    contentBytes: headers.reduce(
      (sum, [name, value]) => sum + Buffer.byteLength(name) + (value?.length ?? 0),
      0,
    ),
  };
}

const SOURCE = 'flow-source';
/** With its length before it. */
export const SOURCE_NAME = Buffer.from(
  `${String.fromCharCode(2 * SOURCE.length)}${SOURCE}`,
  'latin1',
);
const NO_TAIL: EncodedHeaders = { count: 0, bytes: Buffer.alloc(0), contentBytes: 0 };
