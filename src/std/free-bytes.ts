/**
 * Frees the memory of bytes that nobody will look at again, and that were made for them alone, instead of leaving it to
 * the collector, which marks all of the heap after each eight megabytes or so of it. Whoever looks all the same finds
 * nothing there. Small buffers are left alone: Node makes them of slabs of `Buffer.poolSize`, which others share.
 */
export function freeBytes({ buffer }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize) buffer.transfer(0);
}
