import { setFlagsFromString } from 'node:v8';

/**
 * For whoever reads files to their end. Most of what is made of a record lives as long as its batch. V8 would let it pile up
 * to several times of what is in use, which for a file of all different flows is 150 MB; the stage has memory of its own.
 */
export function liveOnLittleMemory(): void {
  for (const flag of flags) setFlagsFromString(flag);
}

/** Old objects are collected once they have grown by a third; young ones are given no more room. */
const flags = ['--heap-growing-percent=30', '--semi-space-growth-factor=1'];
