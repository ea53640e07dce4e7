import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** The outcome of reading one file that anybody may have written. */
export type BoundedRead =
  | { readonly status: 'read'; readonly bytes: Buffer }
  | { readonly status: 'too-large' }
  | { readonly status: 'unreadable'; readonly why: string };

/** Reads a regular file of at most `bytesMax`; a FIFO in its place does not block. */
export async function readBounded(path: string, bytesMax: number): Promise<BoundedRead> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const status = await file.stat();
    if (!status.isFile()) return { status: 'unreadable', why: 'not a regular file' };
    if (status.size > bytesMax) return { status: 'too-large' };
    // One byte more than was promised shows a file that grew meanwhile.
    const bytes = Buffer.allocUnsafe(status.size + 1);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
      if (bytesRead === 0) return { status: 'read', bytes: bytes.subarray(0, length) };
      length += bytesRead;
    }
    return { status: 'unreadable', why: 'it grew while it was read' };
  } catch (error) {
    return { status: 'unreadable', why: error instanceof Error ? error.message : String(error) };
  }
}
