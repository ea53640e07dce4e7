import { encodeLong } from '../../../../src/flow/avro/varint.ts';

/** A flow record with one more field, `foreign`. */
export function flowWith(type: unknown) {
  return {
    type: 'record',
    name: 'Flow',
    fields: [
      { name: 'protocol', type: 'string' },
      { name: 'reporter', type: 'string' },
      { name: 'foreign', type: typeof type === 'function' ? (type() as unknown) : type },
    ],
  };
}

/** Such a record: the bytes are what lies in that field. */
export function flowOf(foreign: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0, 0]), foreign]);
}

/** Types of that field, and what lies in it and must not. */
export const badFields: readonly (readonly [
  what: string,
  type: unknown,
  bytes: Buffer,
  reason: string,
])[] = [
  ['no branch of its union', ['null', 'int'], encodeLong(2), 'not_a_record'],
  ['a branch below 0', ['null', 'int'], encodeLong(-1), 'not_a_record'],
  ['no symbol', enumOf(['A']), encodeLong(1), 'not_a_record'],
  ['neither true nor false', 'boolean', Buffer.from([2]), 'not_a_record'],
  ['a text of negative length', 'string', encodeLong(-5), 'not_a_record'],
  ['a text that is too long', 'string', encodeLong(65_537), 'too_large'],
  ['a text of 2^62 bytes', 'string', encodeLong(2 ** 52), 'too_large'],
  ['bytes beyond the end', 'bytes', encodeLong(2 ** 52), 'truncated'],
  ['an int of 33 bits', 'int', encodeLong(2 ** 31), 'number_out_of_range'],
  ['a long of 70 bits', 'long', Buffer.from('ffffffffffffffffff7f', 'hex'), 'number_out_of_range'],
  ['a number without an end', 'long', Buffer.alloc(12, 0xff), 'number_out_of_range'],
  ['four thousand million items', listOf('string'), encodeLong(4e9), 'too_many_items'],
  ['as many that take no bytes', listOf('null'), encodeLong(4e9), 'too_many_items'],
  ['-2^63 items', listOf('null'), Buffer.from('ffffffffffffffffff01', 'hex'), 'too_many_items'],
  ['ten thousand entries', mapOf('null'), encodeLong(10_000), 'too_many_items'],
  ['a block that is larger than it says', listOf('int'), blockOf(1, 2), 'not_a_record'],
  ['a block of a size below 0', listOf('int'), blockOf(1, -2), 'not_a_record'],
  ['lists in lists without end', tree, Buffer.alloc(2000, encodeLong(1)), 'too_deep'],
  ['itself, always', endless, Buffer.alloc(0), 'too_deep'],
];

export function listOf(items: unknown) {
  return { type: 'array', items };
}

function mapOf(values: unknown) {
  return { type: 'map', values };
}

function enumOf(symbols: readonly string[]) {
  return { type: 'enum', name: 'Symbols', symbols };
}

function blockOf(count: number, size: number): Buffer {
  return Buffer.concat([encodeLong(-count), encodeLong(size), encodeLong(0), encodeLong(0)]);
}

function tree() {
  return { type: 'record', name: 'Tree', fields: [{ name: 'trees', type: listOf('Tree') }] };
}

function endless() {
  return { type: 'record', name: 'Endless', fields: [{ name: 'again', type: 'Endless' }] };
}
