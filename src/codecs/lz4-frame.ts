import { CodecError } from './codec.ts';

/**
 * Throws unless the first frame decompresses to at most `bytesMax` bytes. The native decoder has no
 * cap of its own, and LZ4 can grow bytes by 255. The number of blocks times their largest size
 * settles almost every frame; only a frame beyond that is counted exactly.
 * @throws CodecError
 */
export function assertFits(frame: Uint8Array, bytesMax: number): void {
  const { start, blockBytesMax, checksumBytes } = readDescriptor(frame);
  let count = 0;
  for (const _ of blocksOf(frame, start, checksumBytes)) count += 1;
  if (count * blockBytesMax <= bytesMax) return;
  let total = 0;
  for (const block of blocksOf(frame, start, checksumBytes)) {
    total += block.compressed ? decompressedBytes(block.bytes) : block.bytes.length;
    if (total > bytesMax) throw new CodecError('lz4', 'too_large', {});
  }
}

interface Block {
  readonly bytes: Uint8Array;
  readonly compressed: boolean;
}

interface Descriptor {
  /** Where the first block begins. */
  readonly start: number;
  readonly blockBytesMax: number;
  /** Bytes of the checksum behind each block. */
  readonly checksumBytes: number;
}

const magic = 0x184d2204;
const flags = { dictionary: 0x01, contentSize: 0x08, blockChecksum: 0x10 };
const uncompressedBlock = 0x80000000;
/** By the block size id of the frame descriptor; the ids below 4 are reserved. */
const blockBytesById: Readonly<Record<number, number>> = {
  4: 64 * 1024,
  5: 256 * 1024,
  6: 1024 * 1024,
  7: 4 * 1024 * 1024,
};

function readDescriptor(frame: Uint8Array): Descriptor {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  // Magic, flags, block descriptor, header checksum: the shortest header, before an end mark.
  if (frame.length < 11 || view.getUint32(0, true) !== magic) throw damaged('not an LZ4 frame');
  const flag = view.getUint8(4);
  const blockBytesMax = blockBytesById[(view.getUint8(5) >> 4) & 7];
  if (blockBytesMax === undefined) throw damaged('a reserved block size');

  const start =
    7 + ((flag & flags.contentSize) === 0 ? 0 : 8) + ((flag & flags.dictionary) === 0 ? 0 : 4);
  return { start, blockBytesMax, checksumBytes: (flag & flags.blockChecksum) === 0 ? 0 : 4 };
}

/** One after the other and never all at once: a frame may have as many blocks as a fifth of its bytes. */
function* blocksOf(frame: Uint8Array, first: number, checksumBytes: number): Generator<Block> {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  let at = first;
  for (;;) {
    if (at + 4 > frame.length) throw damaged('no end mark');
    const size = view.getUint32(at, true);
    if (size === 0) return;
    const compressed = size < uncompressedBlock;
    const start = at + 4;
    const end = start + (compressed ? size : size - uncompressedBlock);
    if (end > frame.length) throw damaged('a block longer than the frame');
    yield { bytes: frame.subarray(start, end), compressed };
    at = end + checksumBytes;
  }
}

/** Adds up the sequences of a block: literals, then a match of at least 4 bytes. */
function decompressedBytes(block: Uint8Array): number {
  let total = 0;
  let at = 0;
  const length = (nibble: number): number => {
    if (nibble < 15) return nibble;
    let sum = nibble;
    for (;;) {
      const byte = block[at];
      if (byte === undefined) throw damaged('a cut length');
      at += 1;
      sum += byte;
      if (byte < 255) return sum;
    }
  };
  while (at < block.length) {
    const token = block[at] ?? 0;
    at += 1;
    const literals = length(token >> 4);
    total += literals;
    at += literals;
    if (at >= block.length) break;
    at += 2;
    total += 4 + length(token & 15);
  }
  return total;
}

function damaged(detail: string): CodecError {
  return new CodecError('lz4', 'damaged', { detail });
}
