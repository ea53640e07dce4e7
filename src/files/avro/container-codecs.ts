import { crc32 } from 'node:zlib';

import { CodecError, type Codec } from '../../codecs/codec.ts';
import { codecs } from '../../codecs/codecs.ts';
import { deflateCodec } from '../../codecs/node-zlib.ts';

/** How the blocks of a container are packed. */
export type ContainerCodec = Pick<Codec, 'compress' | 'decompress'>;

const plain: ContainerCodec = {
  compress: async (bytes) => Buffer.from(bytes),
  decompress: async (bytes, bytesMax) => {
    if (bytes.length > bytesMax) throw new CodecError('null', 'too_large', {});
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  },
};

const checksumBytes = 4;

/** Snappy with a CRC-32 of the unpacked bytes behind it, big end first. */
const snappyWithChecksum: ContainerCodec = {
  compress: async (bytes) => {
    const checksum = Buffer.alloc(checksumBytes);
    checksum.writeUInt32BE(crc32(bytes));
    return Buffer.concat([await codecs.snappy.compress(bytes), checksum]);
  },
  decompress: async (bytes, bytesMax) => {
    const packed = bytes.subarray(0, Math.max(0, bytes.length - checksumBytes));
    const unpacked = await codecs.snappy.decompress(packed, bytesMax);
    if (crc32(unpacked) !== Buffer.from(bytes).readUInt32BE(packed.length)) {
      throw new CodecError('snappy', 'damaged', { detail: 'the checksum is wrong' });
    }
    return unpacked;
  },
};

/** By the name in a container's `avro.codec`. */
export const containerCodecs: ReadonlyMap<string, ContainerCodec> = new Map([
  ['null', plain],
  ['deflate', deflateCodec],
  ['snappy', snappyWithChecksum],
  ['zstandard', codecs.zstd],
]);
