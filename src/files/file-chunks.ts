import { open } from 'node:fs/promises';

const chunkBytes = 256 * 1024;

/**
 * The bytes of a file, in memory that is used again: a chunk is good until the next one is asked for. Fresh
 * memory for each would pile up, since the collector looks only at objects, which are small.
 */
export async function* fileChunks(path: string): AsyncGenerator<Buffer> {
  await using file = await open(path);
  const [first, second] = [Buffer.allocUnsafeSlow(chunkBytes), Buffer.allocUnsafeSlow(chunkBytes)];
  let [ready, next] = [first, second];
  // One is read while the other is worked on.
  let reading = file.read(ready);
  for (;;) {
    const { bytesRead } = await reading;
    if (bytesRead === 0) return;
    reading = file.read(next);
    // Whoever stops here must not leave a failure behind that nobody hears of.
    reading.catch(() => {});
    try {
      yield ready.subarray(0, bytesRead);
    } finally {
      await reading.catch(() => {});
    }
    [ready, next] = [next, ready];
  }
}

/** The same chunks to keep. */
export async function* copied(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}
