// Gives equal runs of bytes equal numbers, counted from 0. A hash finds the place and the bytes themselves are
// compared, so that two runs never share a number. A run is made of spans; their lengths are part of it.
import { RUNS } from './layout';

/** Slots looked at before giving up; with half the table empty only a crafted input needs so many. */
const PROBES_MAX: i32 = 64;
const SLOTS_AT_FIRST: u32 = 1024;

/** Where the next run or table goes, and the end of memory. */
let free: usize = 0;
let end: usize = 0;
/** First byte of what can be forgotten. */
let begin: usize = 0;

// A table: where its slots are, how many less one, and how many runs it holds (32 bits each). A slot: hash and address
// of a run, the latter 0 = empty.
export const SOURCE: usize = RUNS;
export const DESTINATION: usize = RUNS + 12;
export const REST: usize = RUNS + 24;
export const WHOLE: usize = RUNS + 36;

/** What is interned lies from `from` up to `to`. */
export function setRoom(from: usize, to: usize): void {
  begin = (from + 15) & ~15;
  end = max(begin, to);
  forgetAll();
}

export function forgetAll(): void {
  free = begin;
  for (let table = SOURCE; table <= WHOLE; table += 12) {
    setTable(table, takeTable(SLOTS_AT_FIRST), SLOTS_AT_FIRST - 1, 0);
  }
}

/** What a table is asked by: of the spans from the first up to the last, each an address and a length. */
export function hashOf(first: usize, last: usize): u32 {
  let even: u64 = 0;
  let odd: u64 = 0;
  for (let span = first; span < last; span += 8) {
    let at = <usize>load<u32>(span);
    const length = <usize>load<u32>(span, 4);
    const stop = at + (length & ~15);
    for (; at < stop; at += 16) {
      even = mix(even, load<u64>(at));
      odd = mix(odd, load<u64>(at, 8));
    }
    if (length & 8) {
      even = mix(even, load<u64>(at));
      at += 8;
    }
    // The length goes in with what is left.
    odd = mix(odd, (load<u64>(at) & lowBytes(length & 7)) ^ ((<u64>length) << 56));
  }
  const hash = (even ^ (odd >> 32)) * 0x9e3779b97f4a7c15 + odd;
  return <u32>(hash >> 32);
}

/**
 * The run that is most likely the one of this hash, without looking at it: who asks for several at once waits once for
 * memory. 0 = there is none.
 */
export function likely(table: usize, hash: u32): usize {
  return <usize>load<u32>(slotsOf(table) + ((<usize>(hash & maskOf(table))) << 3), 4);
}

/** The run that the spans of this hash make, new or known; 0 = no room for a new one. */
export function intern(table: usize, hash: u32, first: usize, last: usize): usize {
  const slots = slotsOf(table);
  if (slots == 0) return 0;
  const mask = maskOf(table);
  let slot = hash & mask;
  for (let probes = 0; probes < PROBES_MAX; probes += 1) {
    const entry = slots + ((<usize>slot) << 3);
    const run = <usize>load<u32>(entry, 4);
    if (run == 0) return add(table, hash, first, last);
    if (load<u32>(entry) == hash && isRun(run, first, last)) return run;
    slot = (slot + 1) & mask;
  }
  return 0;
}

/** From 0 in each table. */
export function numberOfRun(run: usize): i32 {
  return load<i32>(run);
}

/** What the host linked to the run; 0 = nothing. */
export function answerOfRun(run: usize): usize {
  return <usize>load<u32>(run, 4);
}

export function link(run: usize, answer: usize): void {
  store<u32>(run, <u32>answer, 4);
}

function mix(hash: u64, word: u64): u64 {
  return rotl(hash ^ word, 27) * 0x9e3779b97f4a7c15;
}

function lowBytes(count: usize): u64 {
  return ((<u64>1) << ((<u64>count) << 3)) - 1;
}

// A run: its number and what is linked to it (32 bits each), and for each span its length (32 bits each) and its bytes, all padded to 8 with zeros.

function isRun(run: usize, first: usize, last: usize): bool {
  let known = run + 8;
  for (let span = first; span < last; span += 8) {
    let at = <usize>load<u32>(span);
    const length = <usize>load<u32>(span, 4);
    if (load<u64>(known) != <u64>length) return false;
    known += 8;
    const stop = at + (length & ~15);
    for (; at < stop; at += 16) {
      if (v128.any_true(v128.xor(v128.load(known), v128.load(at)))) return false;
      known += 16;
    }
    if (length & 8) {
      if (load<u64>(known) != load<u64>(at)) return false;
      known += 8;
      at += 8;
    }
    if (length & 7) {
      if (load<u64>(known) != (load<u64>(at) & lowBytes(length & 7))) return false;
      known += 8;
    }
  }
  return true;
}

function add(table: usize, hash: u32, first: usize, last: usize): usize {
  const size = sizeOf(table);
  if (size * 2 > maskOf(table) && !grow(table)) return 0;
  const run = take(bytesOf(first, last));
  if (run == 0) return 0;
  store<u64>(run, <u64>size);
  let known = run + 8;
  for (let span = first; span < last; span += 8) {
    const length = <usize>load<u32>(span, 4);
    const words = (length + 7) & ~7;
    store<u64>(known, <u64>length);
    if (words > 0) store<u64>(known + words, 0);
    memory.copy(known + 8, <usize>load<u32>(span), length);
    known += 8 + words;
  }
  put(table, hash, run);
  setTable(table, slotsOf(table), maskOf(table), size + 1);
  return run;
}

function put(table: usize, hash: u32, run: usize): void {
  const slots = slotsOf(table);
  const mask = maskOf(table);
  let slot = hash & mask;
  while (load<u32>(slots + ((<usize>slot) << 3), 4) != 0) slot = (slot + 1) & mask;
  store<u32>(slots + ((<usize>slot) << 3), hash);
  store<u32>(slots + ((<usize>slot) << 3), <u32>run, 4);
}

function grow(table: usize): bool {
  const before = slotsOf(table);
  const count = maskOf(table) + 1;
  const slots = takeTable(count * 2);
  if (slots == 0) return false;
  setTable(table, slots, count * 2 - 1, sizeOf(table));
  for (let entry = before; entry < before + ((<usize>count) << 3); entry += 8) {
    const run = <usize>load<u32>(entry, 4);
    if (run != 0) put(table, load<u32>(entry), run);
  }
  return true;
}

function slotsOf(table: usize): usize {
  return <usize>load<u32>(table);
}

function maskOf(table: usize): u32 {
  return load<u32>(table, 4);
}

function sizeOf(table: usize): u32 {
  return load<u32>(table, 8);
}

function setTable(table: usize, slots: usize, mask: u32, size: u32): void {
  store<u32>(table, <u32>slots);
  store<u32>(table, mask, 4);
  store<u32>(table, size, 8);
}

function bytesOf(first: usize, last: usize): usize {
  let size: usize = 8;
  for (let span = first; span < last; span += 8) {
    size += 8 + ((<usize>load<u32>(span, 4) + 7) & ~7);
  }
  return size;
}

function takeTable(slots: u32): usize {
  const table = take((<usize>slots) << 3);
  if (table != 0) memory.fill(table, 0, (<usize>slots) << 3);
  return table;
}

/** 0 = there is no such room left. */
function take(size: usize): usize {
  if (size > end - free) return 0;
  const at = free;
  free += size;
  return at;
}
