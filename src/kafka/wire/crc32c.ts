// Hot: measured by bench/micro/wire.bench.ts.
import { createRequire } from 'node:module';

import type crc32 from '@node-rs/crc32';

/** Six times as fast as what follows; a platform that it is not made for does without. */
const native = nativeCrc32c();

function nativeCrc32c(): typeof crc32.crc32c | null {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the package is
    const module = createRequire(import.meta.url)('@node-rs/crc32') as typeof crc32;
    return module.crc32c;
  } catch {
    return null;
  }
}

/** CRC-32C (Castagnoli) of `bytes` after others whose sum was `before`, as record batches carry it. */
export function crc32c(bytes: Uint8Array, before = 0): number {
  return native === null ? slowCrc32c(bytes, before) : native(bytes, before);
}

/** The same in JavaScript; eight bytes a step. */
export function slowCrc32c(bytes: Uint8Array, before = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let crc = ~before;
  let at = 0;
  for (; at + 8 <= bytes.length; at += 8) {
    const low = crc ^ view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    crc =
      tables[7 * 256 + (low & 0xff)]! ^
      tables[6 * 256 + ((low >>> 8) & 0xff)]! ^
      tables[5 * 256 + ((low >>> 16) & 0xff)]! ^
      tables[4 * 256 + (low >>> 24)]! ^
      tables[3 * 256 + (high & 0xff)]! ^
      tables[2 * 256 + ((high >>> 8) & 0xff)]! ^
      tables[256 + ((high >>> 16) & 0xff)]! ^
      tables[high >>> 24]!;
  }
  for (; at < bytes.length; at += 1) crc = (crc >>> 8) ^ tables[(crc ^ bytes[at]!) & 0xff]!;
  return ~crc >>> 0;
}

const POLYNOMIAL = 0x82f63b78;

/** Table `t` at `256 * t`: what a byte followed by `t` zero bytes does to the sum. */
const tables = makeTables();

function makeTables(): Int32Array {
  const made = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ ((crc & 1) === 0 ? 0 : POLYNOMIAL);
    made[byte] = crc;
  }
  for (let index = 256; index < made.length; index += 1) {
    const before = made[index - 256]!;
    made[index] = (before >>> 8) ^ made[before & 0xff]!;
  }
  return made;
}
