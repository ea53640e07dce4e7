import { closeSync, openSync, readSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';

const chunkBytes = 256 * 1024;

/**
 * The bytes of a file, in memory that is used again: a chunk is good until the next one is asked for. Fresh
 * memory for each would pile up, since the collector looks only at objects, which are small.
 *
 * Whoever reads a file to its end has nothing else to do meanwhile. Another thread that reads ahead costs more than it
 * saves: it has to be woken for each chunk, and leaves the bytes in the cache of another core.
 */
export async function* fileChunks(path: string): AsyncGenerator<Buffer> {
  const chunk = Buffer.allocUnsafeSlow(chunkBytes);
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const bytesRead = readSync(file, chunk);
      if (bytesRead === 0) return;
      yield chunk.subarray(0, bytesRead);
      // Timers have their turn, such as that of a progress bar.
      await turn();
    }
  } finally {
    closeSync(file);
  }
}

/** The same chunks to keep. */
export async function* copied(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}
