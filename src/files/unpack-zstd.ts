import { once } from 'node:events';
import { createZstdDecompress } from 'node:zlib';
import type { ZstdDecompress } from 'node:zlib';
import { copied } from './file-chunks.ts';

/**
 * For Node's unpacking streams: they unpack nothing more while something waits to be read. A stream that
 * fails drops whatever waits, which is what was good.
 */
export const unpackedOneByOne = { readableHighWaterMark: 1, chunkSize: 16 * 1024 };

/**
 * Unpacks zstd of any number of frames. Node's own stream stops after the first one and drops the
 * others without a word.
 */
export async function* unpackZstd(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const chunks = copied(source)[Symbol.asyncIterator]();
  let pending = await nextOf(chunks);
  while (pending !== null) {
    const frame = createZstdDecompress(unpackedOneByOne);
    const feeding = feed(frame, chunks, pending);
    // A failure of the source ends the loop below.
    feeding.catch((error: unknown) => frame.destroy(asError(error)));
    for await (const unpacked of frame) yield Buffer.from(unpacked);
    pending = await feeding;
  }
}

/** Feeds a frame until it is over; what is left of the input begins the next one, `null` at the end. */
async function feed(
  frame: ZstdDecompress,
  chunks: AsyncIterator<Buffer>,
  first: Buffer,
): Promise<Buffer | null> {
  const over = once(frame, 'end').catch(() => {});
  let before = 0;
  for (let chunk: Buffer | null = first; chunk !== null; chunk = await nextOf(chunks)) {
    const taken = Promise.withResolvers<void>();
    frame.write(chunk, () => taken.resolve());
    // A frame that ends within the chunk never says that it has taken it.
    await Promise.race([taken.promise, over]);
    const consumed: number = frame.bytesWritten - before;
    if (consumed < chunk.length) return chunk.subarray(consumed);
    before = frame.bytesWritten;
  }
  frame.end();
  return null;
}

async function nextOf(chunks: AsyncIterator<Buffer>): Promise<Buffer | null> {
  const next = await chunks.next();
  return next.done === true ? null : next.value;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
