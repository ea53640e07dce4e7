import { CodecError, type Codec } from './codec.ts';
import { lazily } from './native.ts';

const native = lazily('snappy', 'snappy', () => import('snappy'));

/** Snappy. Written raw, read raw or in the blocks of the Java clients ("xerial" framing). */
export const snappyCodec: Codec<'snappy'> = {
  name: 'snappy',
  compress: async (bytes) => (await native()).compress(bytes),
  decompress: async (bytes, bytesMax) => {
    const blocks = isXerial(bytes) ? xerialBlocks(bytes) : [bytes];
    const total = blocks.reduce((sum, block) => sum + uncompressedBytes(block), 0);
    if (total > bytesMax) throw new CodecError('snappy', 'too_large', {});
    const [only] = blocks;
    if (only !== undefined && blocks.length === 1) return uncompress(only);
    // One at a time: a call that waits costs far more memory than a small block.
    const whole = Buffer.allocUnsafe(total);
    let at = 0;
    for (const block of blocks) at += (await uncompress(block)).copy(whole, at);
    return whole.subarray(0, at);
  },
};

const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
// The magic, then the version and the oldest compatible version, 4 bytes each.
const xerialHeaderBytes = xerialMagic.length + 8;
// 64 MiB in blocks of 1 KiB, the smallest that the Java library can be told to write.
const xerialBlocksMax = 65_536;

function isXerial(bytes: Uint8Array): boolean {
  return (
    bytes.length >= xerialHeaderBytes && xerialMagic.equals(bytes.subarray(0, xerialMagic.length))
  );
}

/** The raw Snappy blocks of a xerial stream, each preceded by its length. */
function xerialBlocks(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blocks: Uint8Array[] = [];
  let at = xerialHeaderBytes;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) throw damaged('a block without a length');
    const end = at + 4 + view.getUint32(at);
    if (end > bytes.length) throw damaged('a block longer than the stream');
    if (blocks.length === xerialBlocksMax) throw damaged(`more than ${xerialBlocksMax} blocks`);
    blocks.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return blocks;
}

/** What a raw block says its uncompressed length is: a varint of at most 5 bytes. */
function uncompressedBytes(block: Uint8Array): number {
  let length = 0;
  for (let index = 0; index < 5; index += 1) {
    const byte = block[index];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return length;
  }
  throw damaged('no uncompressed length');
}

async function uncompress(block: Uint8Array): Promise<Buffer> {
  const { uncompress: uncompressRaw } = await native();
  try {
    const bytes = await uncompressRaw(block, { asBuffer: true });
    return typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  } catch (cause) {
    throw new CodecError('snappy', 'damaged', { cause });
  }
}

function damaged(detail: string): CodecError {
  return new CodecError('snappy', 'damaged', { detail });
}
