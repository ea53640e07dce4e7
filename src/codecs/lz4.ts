import { CodecError, type Codec } from './codec.ts';
import { assertFits } from './lz4-frame.ts';
import { lazily } from './native.ts';

const native = lazily('lz4', 'lz4-napi', () => import('lz4-napi'));

/** LZ4 in its frame format, as Kafka has it since record batches of version 2. */
export const lz4Codec: Codec<'lz4'> = {
  name: 'lz4',
  compress: async (bytes) => (await native()).compressFrame(bytes),
  decompress: async (bytes, bytesMax) => {
    assertFits(bytes, bytesMax);
    const { decompressFrame } = await native();
    try {
      return await decompressFrame(bytes);
    } catch (cause) {
      throw new CodecError('lz4', 'damaged', { cause });
    }
  },
};
