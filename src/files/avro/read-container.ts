import { CodecError } from '../../codecs/codec.ts';
import type { DeadLetterReason } from '../../flow/reasons.ts';
import type { FileFault } from '../split-records.ts';
import { ByteStream } from './byte-stream.ts';
import { containerCodecs, type ContainerCodec } from './container-codecs.ts';
import { readHeader, syncBytes, type ContainerHeader } from './container-header.ts';
import { readLong } from './long.ts';

/** Records one after the other, unpacked, without anything between them. */
export interface ContainerBlock {
  readonly status: 'block';
  /** Where it begins in the file, in bytes. */
  readonly at: number;
  /** How many records it says it has. */
  readonly count: number;
  readonly bytes: Buffer;
}

/** A part of the file that cannot be read: records are missing. */
export interface ContainerFault extends FileFault {
  readonly status: 'fault';
  readonly at: number;
}

export interface ContainerLimits {
  /** What a block may be, packed and unpacked. */
  readonly batchBytes: number;
  /** What the header may be. */
  readonly recordBytes: number;
}

/** An Avro object container, opened: its header is read, its blocks come one at a time. */
export interface Container {
  readonly header: ContainerHeader;
  /**
   * What is between the damage is read: after a fault it goes on behind the next marker. Memory holds one
   * block, packed and unpacked.
   */
  readonly blocks: AsyncGenerator<ContainerBlock | ContainerFault>;
}

/** @throws CodedError `input/container`, without the file's name, if the header cannot be read */
export async function openContainer(
  chunks: AsyncIterable<Buffer>,
  limits: ContainerLimits,
): Promise<Container> {
  const stream = new ByteStream(chunks);
  const header = await readHeader(stream, limits.recordBytes);
  return { header, blocks: readBlocks(stream, header, limits) };
}

async function* readBlocks(
  stream: ByteStream,
  { codec: codecName, sync }: ContainerHeader,
  { batchBytes }: ContainerLimits,
): AsyncGenerator<ContainerBlock | ContainerFault> {
  const codec = containerCodecs.get(codecName);
  if (codec === undefined) return;
  while ((await stream.peek(1)).length > 0) {
    const packed = await readPacked(stream, sync, batchBytes);
    if (packed.status === 'fault') {
      yield packed;
      await stream.skipPast(sync);
    } else if (packed.count > 0 || packed.bytes.length > 0) {
      yield await unpack(packed, codec, batchBytes);
    }
  }
}

/** Two numbers, of ten bytes at the most. */
const prefixBytesMax = 20;

/** The next block as it lies there. A fault leaves the stream right behind its two numbers. */
async function readPacked(
  stream: ByteStream,
  sync: Buffer,
  bytesMax: number,
): Promise<ContainerBlock | ContainerFault> {
  const at = stream.position;
  const prefix = await stream.peek(prefixBytesMax);
  const count = readLong(prefix, 0);
  const size = count === null ? null : readLong(prefix, count.end);
  if (count === null || size === null || count.value < 0 || size.value < 0) {
    const isCut = prefix.length < prefixBytesMax;
    return isCut ? cutFault(at) : fault(at, 'not_a_record', 'has an impossible number or size');
  }
  stream.skip(size.end);
  if (size.value > bytesMax) {
    return fault(
      at,
      'too_large',
      `says it has ${size.value} bytes, more than \`limits.batchBytes\``,
    );
  }
  const bytes = await stream.peek(size.value + syncBytes);
  if (bytes.length < size.value + syncBytes) return cutFault(at);
  if (!bytes.subarray(size.value).equals(sync)) {
    return fault(at, 'not_a_record', 'does not end with the marker of the file');
  }
  stream.skip(bytes.length);
  return { status: 'block', at, count: count.value, bytes: bytes.subarray(0, size.value) };
}

async function unpack(
  block: ContainerBlock,
  codec: ContainerCodec,
  bytesMax: number,
): Promise<ContainerBlock | ContainerFault> {
  try {
    return { ...block, bytes: await codec.decompress(block.bytes, bytesMax) };
  } catch (error) {
    if (!(error instanceof CodecError) || error.problem === 'unavailable') throw error;
    return fault(block.at, 'decompression_failed', `cannot be unpacked: ${error.message}`);
  }
}

function cutFault(at: number): ContainerFault {
  return fault(at, 'truncated', 'is cut');
}

function fault(at: number, reason: DeadLetterReason, what: string): ContainerFault {
  const message = `the block at byte ${at} ${what}, its records are missing`;
  return { status: 'fault', at, reason, message };
}
