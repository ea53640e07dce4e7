import {
  crc32,
  deflateRawSync,
  inflateRawSync,
  zstdCompressSync,
  zstdDecompressSync,
} from 'node:zlib';

import avro from 'avsc';
import * as snappy from 'snappy';

/** A small record, of which `note` sets the size. */
export interface Small {
  readonly id: number;
  readonly note: string;
}

export const type = avro.Type.forSchema({
  type: 'record',
  name: 'Small',
  fields: [
    { name: 'id', type: 'int' },
    { name: 'note', type: 'string' },
  ],
});

export const limits = { batchBytes: 1_000_000, recordBytes: 10_000 };

/** Where a small record ends, as avsc says. */
export function recordEnd(bytes: Buffer, at: number): number {
  return type.decode(bytes, at).offset;
}

export function smalls(count: number, noteBytes = 10): Small[] {
  return Array.from({ length: count }, (_, id) => ({
    id,
    note: `${id}`.repeat(noteBytes).slice(0, noteBytes),
  }));
}

type Pack = (bytes: Buffer) => Uint8Array;
type Hook = (bytes: Buffer, done: (error: Error | null, result?: Buffer) => void) => void;

/** The codecs of a container by other hands than ours: packing, then unpacking. */
export const otherCodecs: Readonly<Record<string, readonly [Pack, Pack]>> = {
  null: [(bytes) => bytes, (bytes) => bytes],
  deflate: [(bytes) => deflateRawSync(bytes), (bytes) => inflateRawSync(bytes)],
  snappy: [
    (bytes) => {
      const checksum = Buffer.alloc(4);
      checksum.writeUInt32BE(crc32(bytes));
      return Buffer.concat([snappy.compressSync(bytes), checksum]);
    },
    (bytes) => {
      const unpacked = snappy.uncompressSync(bytes.subarray(0, -4), { asBuffer: true }) as Buffer;
      if (crc32(unpacked) !== bytes.readUInt32BE(bytes.length - 4)) throw new Error('checksum');
      return unpacked;
    },
  ],
  zstandard: [(bytes) => zstdCompressSync(bytes), (bytes) => zstdDecompressSync(bytes)],
};

export interface ContainerOptions {
  readonly codec: string;
  readonly blockBytes?: number;
  /** The type of the records; small ones otherwise. */
  readonly of?: avro.Type;
}

/** A container as avsc writes it, in blocks of about `blockBytes`. */
export async function writtenByAvsc(
  records: readonly object[],
  { codec, blockBytes = 1000, of = type }: ContainerOptions,
): Promise<Buffer> {
  const hooks = hooksOf(0);
  const options = { codec, codecs: hooks, blockSize: blockBytes, syncMarker: sync };
  const encoder = new avro.streams.BlockEncoder(of, options);
  for (const record of records) encoder.write(record);
  encoder.end();
  const chunks: Buffer[] = [];
  for await (const chunk of encoder) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export const sync: Buffer = Buffer.from('0123456789abcdef');

/** The records of a container as avsc reads it. */
export async function readByAvsc<Content = Small>(container: Buffer): Promise<Content[]> {
  const decoder = new avro.streams.BlockDecoder({ codecs: hooksOf(1) });
  decoder.end(container);
  const records: Content[] = [];
  for await (const record of decoder) records.push(record as Content);
  return records;
}

function hooksOf(way: 0 | 1): Record<string, Hook> {
  return Object.fromEntries(
    Object.entries(otherCodecs).map(([name, ways]) => [
      name,
      (bytes: Buffer, done) => done(null, Buffer.from(ways[way](bytes))),
    ]),
  ) as Record<string, Hook>;
}
