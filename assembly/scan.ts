// Finds where the fields of a JSON record are: the same grammar and bounds as src/flow/dialects/json-scanner.ts,
// 16 bytes of a text a step. Whatever is odd (an escape, a bound, any error) is left to that one.
import { beginRecord, forgetField, setField } from './fields';
import { RECORD } from './layout';
import { depthMax, itemsMax, membersMax, textMax } from './limits';

export const ODD: i32 = 0;
export const ASCII: i32 = 1;
export const NOT_ASCII: i32 = 2;

const SPACE: i32 = 0x20;
const QUOTE: i32 = 0x22;
const COMMA: i32 = 0x2c;
const COLON: i32 = 0x3a;
const OPEN_BRACKET: i32 = 0x5b;
const BACKSLASH: i32 = 0x5c;
const CLOSE_BRACKET: i32 = 0x5d;
const OPEN_BRACE: i32 = 0x7b;
const CLOSE_BRACE: i32 = 0x7d;

let isAscii: bool = true;

/** Scans the record that the host placed. `field` is that of the whole record. */
export function scan(length: i32, shape: usize, fields: i32, field: i32): i32 {
  const end = RECORD + <usize>length;
  v128.store(end, i64x2.splat(0));
  return scanAt(RECORD, end, shape, fields, field);
}

/**
 * Scans the record from `start` up to `end`, behind which somewhere is a byte of 0. Bytes beyond the end may be
 * looked at, but what takes one of them for part of the record does not end where it should.
 */
export function scanAt(start: usize, end: usize, shape: usize, fields: i32, field: i32): i32 {
  isAscii = true;
  beginRecord(start, fields);
  const first = skipSpace(start);
  if (<i32>load<u8>(first) != OPEN_BRACE) return ODD;
  const stop = object(first, 1, shape);
  if (stop == 0 || stop > end || !isSpace(stop, end)) return ODD;
  setField(field, first, stop);
  return isAscii ? ASCII : NOT_ASCII;
}

function isSpace(from: usize, to: usize): bool {
  for (let at = from; at < to; at += 1) {
    const byte = <i32>load<u8>(at);
    if (byte != SPACE && byte != 0x0a && byte != 0x0d && byte != 0x09) return false;
  }
  return true;
}

// Each of the following takes where something begins and returns where it ends, 0 if it is odd.

function object(at: usize, depth: i32, shape: usize): usize {
  if (depth > depthMax) return 0;
  let next = skipSpace(at + 1);
  if (<i32>load<u8>(next) == CLOSE_BRACE) return next + 1;
  for (let members = 1; members <= membersMax; members += 1) {
    if (<i32>load<u8>(next) != QUOTE) return 0;
    const name = next + 1;
    next = text(next);
    if (next == 0) return 0;
    const member: usize = shape == 0 ? 0 : memberNamed(shape, name, next - 1 - name);
    next = skipSpace(next);
    if (<i32>load<u8>(next) != COLON) return 0;
    next = skipSpace(next + 1);
    next = member == 0 ? value(next, depth, 0) : knownValue(next, depth, member);
    if (next == 0) return 0;
    next = skipSpace(next);
    const byte = <i32>load<u8>(next);
    if (byte == CLOSE_BRACE) return next + 1;
    if (byte != COMMA) return 0;
    next = skipSpace(next + 1);
  }
  return 0;
}

function list(at: usize, depth: i32): usize {
  if (depth > depthMax) return 0;
  let next = skipSpace(at + 1);
  if (<i32>load<u8>(next) == CLOSE_BRACKET) return next + 1;
  for (let items = 1; items <= itemsMax; items += 1) {
    next = <i32>load<u8>(next) == QUOTE ? text(next) : value(next, depth, 0);
    if (next == 0) return 0;
    next = skipSpace(next);
    const byte = <i32>load<u8>(next);
    if (byte == CLOSE_BRACKET) return next + 1;
    if (byte != COMMA) return 0;
    next = skipSpace(next + 1);
  }
  return 0;
}

function value(at: usize, depth: i32, shape: usize): usize {
  const byte = <i32>load<u8>(at);
  if (byte == QUOTE) return text(at);
  if (byte == OPEN_BRACE) return object(at, depth + 1, shape);
  if (byte == OPEN_BRACKET) return list(at, depth + 1);
  return scalar(at);
}

// Text: 16 bytes a step up to the first quote, escape, control character or byte beyond ASCII.

function text(at: usize): usize {
  let next = at + 1;
  let odd = oddBytes(next);
  while (odd == 0) {
    next += 16;
    odd = oddBytes(next);
  }
  next += <usize>ctz(odd);
  if (<i32>load<u8>(next) != QUOTE) return oddText(at, next);
  return next - at - 1 > textMax ? 0 : next + 1;
}

function oddBytes(at: usize): i32 {
  const bytes = v128.load(at);
  const quotes = i8x16.eq(bytes, i8x16.splat(<i8>QUOTE));
  const escapes = i8x16.eq(bytes, i8x16.splat(<i8>BACKSLASH));
  // Signed, so that bytes from 0x80 are among them.
  const others = i8x16.lt_s(bytes, i8x16.splat(<i8>SPACE));
  return i8x16.bitmask(v128.or(quotes, v128.or(escapes, others)));
}

function oddText(at: usize, from: usize): usize {
  let next = from;
  let byte = <i32>load<u8>(next);
  while (byte != QUOTE) {
    if (byte < SPACE || byte == BACKSLASH) return 0;
    if (byte >= 0x80) isAscii = false;
    next += 1;
    byte = <i32>load<u8>(next);
  }
  return next - at - 1 > textMax ? 0 : next + 1;
}

function scalar(at: usize): usize {
  const word = load<u32>(at);
  if (word == 0x65757274 /* true */ || word == 0x6c6c756e /* null */) return at + 4;
  if (word == 0x736c6166 /* fals */) return load<u8>(at + 4) == 0x65 ? at + 5 : 0;
  let next = load<u8>(at) == 0x2d ? at + 1 : at;
  next = load<u8>(next) == 0x30 ? next + 1 : digits(next);
  if (next == 0) return 0;
  if (load<u8>(next) == 0x2e) {
    next = digits(next + 1);
    if (next == 0) return 0;
  }
  if ((load<u8>(next) | 0x20) != 0x65) return next;
  const sign = load<u8>(next + 1);
  return digits(sign == 0x2b || sign == 0x2d ? next + 2 : next + 1);
}

function digits(at: usize): usize {
  let next = at;
  while (<u32>load<u8>(next) - 0x30 <= 9) next += 1;
  return next > at ? next : 0;
}

function skipSpace(at: usize): usize {
  let next = at;
  let byte = <i32>load<u8>(next);
  while (byte <= SPACE && (byte == SPACE || byte == 0x0a || byte == 0x0d || byte == 0x09)) {
    next += 1;
    byte = <i32>load<u8>(next);
  }
  return next;
}

// A shape is 64 addresses of 16 bits from its own, by length of name: the first member of that length, 0 = none.
// A member: the next of that length (16 bits, 0 = none), its field (16 bits, -1 = none), its shape, the list of the
// fields at or below it (32 bits each, 0 = none), its name and padding.
const NAME: usize = 12;
const NAME_MAX: usize = 63;

function memberNamed(shape: usize, name: usize, length: usize): usize {
  if (length > NAME_MAX) return 0;
  let member = <usize>load<u16>(shape + (length << 1));
  while (member != 0) {
    if (isSame(shape + member + NAME, name, length)) return shape + member;
    member = <usize>load<u16>(shape + member);
  }
  return 0;
}

function isSame(known: usize, name: usize, length: usize): bool {
  let at: usize = 0;
  for (; at + 16 < length; at += 16) {
    if (differences(known + at, name + at) != 0) return false;
  }
  return <usize>ctz(differences(known + at, name + at) | 0x10000) >= length - at;
}

function differences(a: usize, b: usize): i32 {
  return i8x16.bitmask(i8x16.eq(v128.load(a), v128.load(b))) ^ 0xffff;
}

function knownValue(at: usize, depth: i32, member: usize): usize {
  const shape = <usize>load<u32>(member, 4);
  // An earlier member of the same name counts no more, nor does anything inside it.
  if (shape != 0) forget(<usize>load<u32>(member, 8));
  const end = value(at, depth, shape);
  const field = <i32>load<i16>(member, 2);
  if (end != 0 && field >= 0) setField(field, at, end);
  return end;
}

function forget(fields: usize): void {
  const end = fields + 4 + (load<u32>(fields) << 2);
  for (let at = fields + 4; at < end; at += 4) forgetField(load<u32>(at));
}
