import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CodedError } from '../std/coded-error.ts';
import { unpackZstd } from './unpack-zstd.ts';

/**
 * The bytes of a file, `-` being `stdin`; gzip and zstd are told by their first bytes and unpacked.
 * @throws CodedError `input/unreadable` naming the file
 */
export async function* openInput(path: string, stdin: Readable): AsyncGenerator<Buffer> {
  const name = path === '-' ? 'stdin' : path;
  try {
    const packed = path === '-' ? stdin : createReadStream(path, { highWaterMark: chunkBytes });
    const { head, all } = await peek(buffersOf(packed));
    yield* unpackerFor(head, name)(all);
  } catch (error) {
    if (error instanceof CodedError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CodedError('input/unreadable', `cannot read \`${name}\`: ${reason}`, {
      cause: error,
    });
  }
}

const chunkBytes = 256 * 1024;

type Unpack = (source: AsyncGenerator<Buffer>) => AsyncGenerator<Buffer>;

interface Packing {
  readonly name: string;
  readonly magic: Buffer;
  /** `null`: recognised, but not read by this version. */
  readonly unpack: Unpack | null;
}

const packings: readonly Packing[] = [
  { name: 'gzip', magic: Buffer.from('1f8b', 'hex'), unpack: unpackGzip },
  { name: 'zstd', magic: Buffer.from('28b52ffd', 'hex'), unpack: unpackZstd },
  { name: 'an Avro container', magic: Buffer.from('Obj\u0001'), unpack: null },
];

function unpackerFor(head: Buffer, file: string): Unpack {
  const packing = packings.find(({ magic }) => head.subarray(0, magic.length).equals(magic));
  if (packing === undefined) return (source) => source;
  if (packing.unpack !== null) return packing.unpack;
  throw new CodedError(
    'input/unreadable',
    `\`${file}\` is ${packing.name}, which this version does not read`,
  );
}

/** The first bytes, and everything with them. */
async function peek(source: AsyncGenerator<Buffer>) {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < 4) {
    const next = await source.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  return { head, all: chain(head, source) };
}

async function* chain(head: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* rest;
}

async function* buffersOf(stream: Readable): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
  }
}

async function* unpackGzip(source: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  // A failure of the source destroys its reader with it, which ends the loop below.
  pipeline(Readable.from(source), gunzip, () => {});
  yield* buffersOf(gunzip);
}
