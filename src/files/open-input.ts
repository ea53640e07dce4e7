import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CodedError } from '../std/coded-error.ts';
import { copied, fileChunks } from './file-chunks.ts';
import { peek } from './peek.ts';
import { unpackedOneByOne, unpackZstd } from './unpack-zstd.ts';

/** Where stdin is, which costs something to open. */
export interface HasStdin {
  readonly stdin: Readable;
}

/**
 * The bytes of a file, `-` being stdin; gzip and zstd are told by their first bytes and unpacked. Of a
 * file that is cut or damaged all comes that could be unpacked, and then the error. A chunk is good until
 * the next one is asked for.
 * @throws CodedError `input/unreadable` naming the file, and the place if it has one
 */
export async function* openInput(path: string, has: HasStdin): AsyncGenerator<Buffer> {
  const packed = path === '-' ? buffersOf(has.stdin) : fileChunks(path);
  let position = 0;
  try {
    const { head, all } = await peek(packed, magicBytes);
    for await (const chunk of unpackerFor(head)(all)) {
      position += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (error instanceof CodedError) throw error;
    const reason = reasonOf(error);
    const place = position === 0 ? '' : `, ${position} bytes (unpacked) after its beginning`;
    throw new CodedError(
      'input/unreadable',
      `cannot read \`${path === '-' ? 'stdin' : path}\`: ${reason}${place}`,
      { cause: error },
    );
  } finally {
    await packed.return(undefined);
  }
}

/** What the system says in its own terms. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file (ENOENT)',
  EISDIR: 'it is a folder, name the files in it (EISDIR)',
  EACCES: 'it may not be read (EACCES)',
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return reasons['code' in error ? String(error.code) : ''] ?? error.message;
}

const magicBytes = 4;

type Unpack = (source: AsyncGenerator<Buffer>) => AsyncGenerator<Buffer>;

/** By what the first bytes are in hexadecimal. A zstd file may begin with a frame to be skipped. */
const packings: readonly (readonly [magic: RegExp, unpack: Unpack])[] = [
  [/^1f8b/, unpackGzip],
  [/^(28b52ffd|5.2a4d18)/, unpackZstd],
];

function unpackerFor(head: Buffer): Unpack {
  const magic = head.toString('hex', 0, magicBytes);
  return packings.find(([pattern]) => pattern.test(magic))?.[1] ?? ((source) => source);
}

async function* buffersOf(stream: Readable): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
  }
}

async function* unpackGzip(source: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip(unpackedOneByOne);
  // A failure of the source destroys its reader with it, which ends the loop below.
  pipeline(Readable.from(copied(source)), gunzip, () => {});
  yield* buffersOf(gunzip);
}
