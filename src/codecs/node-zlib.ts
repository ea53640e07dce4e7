import { promisify } from 'node:util';
import {
  constants,
  deflateRaw,
  gunzip,
  gunzipSync,
  gzip,
  gzipSync,
  inflateRaw,
  zstdCompress,
  zstdCompressSync,
  zstdDecompress,
  zstdDecompressSync,
} from 'node:zlib';

import { freeBytes } from '../std/free-bytes.ts';
import { CodecError, type AnyCodecName, type Codec } from './codec.ts';

// The fastest levels: a stage is short of processor time long before it is short of bandwidth.
const gzipLevel = 1;
const zstdLevel = 1;

/**
 * What is made in one piece costs a third of what is made of pieces of 16 KiB, as Node does it: each of these is
 * a way to another thread and back.
 */
const piecesBytes = { least: 65_536, most: 1_048_576 } as const;
/** How many times the size of their packed bytes records have at most, as a rule. */
const growth = 16;

function pieceOf(bytes: number): Piece {
  return { chunkSize: Math.min(piecesBytes.most, Math.max(piecesBytes.least, Math.ceil(bytes))) };
}

/**
 * Smaller batches are done at once, in a millisecond or two: what other threads work at has its memory meanwhile, a megabyte
 * and more for each, and V8 marks all of the heap whenever eight more are in use, which took more than half of the time.
 */
const atOnceBytesMax = { pack: 1_048_576, unpack: 131_072 } as const;

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);
const deflateAsync = promisify(deflateRaw);
const inflateAsync = promisify(inflateRaw);
const zstdCompressAsync = promisify(zstdCompress);
const zstdDecompressAsync = promisify(zstdDecompress);

/** gzip, of any number of members. */
export const gzipCodec = codecOf('gzip', {
  pack: (bytes, piece) => gzipSync(bytes, { level: gzipLevel, ...piece }),
  packAside: async (bytes, piece) => gzipAsync(bytes, { level: gzipLevel, ...piece }),
  unpack: gunzipSync,
  unpackAside: gunzipAsync,
});

const zstdParams = { [constants.ZSTD_c_compressionLevel]: zstdLevel };

/** Zstandard: one frame, as every Kafka client writes a batch. */
export const zstdCodec = codecOf('zstd', {
  pack: (bytes, piece) => zstdCompressSync(bytes, { params: zstdParams, ...piece }),
  packAside: async (bytes, piece) => zstdCompressAsync(bytes, { params: zstdParams, ...piece }),
  unpack: zstdDecompressSync,
  unpackAside: zstdDecompressAsync,
});

/** What gzip packs with, without its header and checksum: a codec of Avro's containers, not of Kafka. */
export const deflateCodec: Codec<'deflate'> = {
  name: 'deflate',
  compress: async (bytes) => deflateAsync(bytes, { level: gzipLevel }),
  decompress: async (bytes, bytesMax) =>
    explained('deflate', async () => inflateAsync(bytes, { maxOutputLength: bytesMax })),
};

/** What Node has for a compression: on this thread, and aside on another. */
interface Functions {
  readonly pack: (bytes: Uint8Array, piece: Piece) => Buffer;
  readonly packAside: (bytes: Uint8Array, piece: Piece) => Promise<Buffer>;
  readonly unpack: (bytes: Uint8Array, bounds: Bounds) => Buffer;
  readonly unpackAside: (bytes: Uint8Array, bounds: Bounds) => Promise<Buffer>;
}

interface Piece {
  readonly chunkSize: number;
}

interface Bounds extends Piece {
  readonly maxOutputLength: number;
}

function codecOf<Name extends AnyCodecName>(name: Name, of: Functions): Codec<Name> {
  return {
    name,
    compress: async (bytes) => {
      const piece = pieceOf(bytes.length / 2);
      const isSmall = bytes.length <= atOnceBytesMax.pack;
      return trimmed(isSmall ? of.pack(bytes, piece) : await of.packAside(bytes, piece));
    },
    decompress: async (bytes, bytesMax) =>
      explained(name, async () => {
        const bounds = { maxOutputLength: bytesMax, ...pieceOf(growth * bytes.length) };
        const isSmall = bytes.length <= atOnceBytesMax.unpack;
        return isSmall ? of.unpack(bytes, bounds) : of.unpackAside(bytes, bounds);
      }),
  };
}

/** The piece that they were made in is mostly empty. */
function trimmed(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  freeBytes(bytes);
  return copy;
}

async function explained(codec: AnyCodecName, work: () => Promise<Buffer>): Promise<Buffer> {
  try {
    return await work();
  } catch (error) {
    const tooLarge = error instanceof RangeError;
    throw new CodecError(codec, tooLarge ? 'too_large' : 'damaged', { cause: error });
  }
}
