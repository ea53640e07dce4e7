import { promisify } from 'node:util';
import {
  constants,
  deflateRaw,
  gunzip,
  gzip,
  inflateRaw,
  zstdCompress,
  zstdDecompress,
} from 'node:zlib';

import { CodecError, type AnyCodecName, type Codec } from './codec.ts';

// The fastest levels: a stage is short of processor time long before it is short of bandwidth.
const gzipLevel = 1;
const zstdLevel = 1;

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify(gunzip);
const deflateAsync = promisify(deflateRaw);
const inflateAsync = promisify(inflateRaw);
const zstdCompressAsync = promisify(zstdCompress);
const zstdDecompressAsync = promisify(zstdDecompress);

/** gzip, of any number of members. */
export const gzipCodec: Codec<'gzip'> = {
  name: 'gzip',
  compress: async (bytes) => gzipAsync(bytes, { level: gzipLevel }),
  decompress: async (bytes, bytesMax) =>
    explained('gzip', gunzipAsync(bytes, { maxOutputLength: bytesMax })),
};

/** Zstandard: one frame, as every Kafka client writes a batch. */
export const zstdCodec: Codec<'zstd'> = {
  name: 'zstd',
  compress: async (bytes) =>
    zstdCompressAsync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: zstdLevel } }),
  decompress: async (bytes, bytesMax) =>
    explained('zstd', zstdDecompressAsync(bytes, { maxOutputLength: bytesMax })),
};

/** What gzip packs with, without its header and checksum: a codec of Avro's containers, not of Kafka. */
export const deflateCodec: Codec<'deflate'> = {
  name: 'deflate',
  compress: async (bytes) => deflateAsync(bytes, { level: gzipLevel }),
  decompress: async (bytes, bytesMax) =>
    explained('deflate', inflateAsync(bytes, { maxOutputLength: bytesMax })),
};

async function explained(codec: AnyCodecName, work: Promise<Buffer>): Promise<Buffer> {
  try {
    return await work;
  } catch (error) {
    const tooLarge = error instanceof RangeError;
    throw new CodecError(codec, tooLarge ? 'too_large' : 'damaged', { cause: error });
  }
}
