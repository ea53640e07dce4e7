import type { Codec, CodecName } from './codec.ts';
import { lz4Codec } from './lz4.ts';
import { gzipCodec, zstdCodec } from './node-zlib.ts';
import { snappyCodec } from './snappy.ts';

/** Every codec Kafka knows, by the name that configuration uses. */
export const codecs: { readonly [Name in CodecName]: Codec<Name> } = {
  gzip: gzipCodec,
  snappy: snappyCodec,
  lz4: lz4Codec,
  zstd: zstdCodec,
};
