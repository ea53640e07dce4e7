import { gzipSync } from 'node:zlib';

import { goldmaneRecord, workload } from '../support/flow-record.ts';
import {
  batchAround,
  batchEdited,
  batchOf,
  batchOfAll,
  batchPacking,
  bytesOfHeaders,
  recordOf,
} from './batches.ts';

/** What a fetch brings, and what must become of it. */
export interface Bomb {
  readonly name: string;
  /** Batches as a broker would send them. */
  readonly make: () => Promise<Buffer>;
  /** How many outcomes there are, and what each is: `judged`, `passed`, or reason and message. */
  readonly outcomes: number;
  readonly each: RegExp;
}

const MIB = 1024 * 1024;

const record = goldmaneRecord({
  reporter: 'Dst',
  source: workload('role=frontend'),
  dest: { ...workload('role=database'), port: 6379 },
});

/** A good record with one more member, of the value `json`. */
function withMember(json: string): string {
  return record.replace(/}$/, `,"more":${json}}`);
}

function withLabels(labels: readonly string[]): string {
  return record.replace('["role=frontend"]', JSON.stringify(labels));
}

function times<T>(count: number, item: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => item(index));
}

/** Lengths of blocks that hold nothing: a Snappy stream of the Java clients. */
function xerialOf(blocks: number): Buffer {
  const header = Buffer.from('82534e41505059000000000100000001', 'hex');
  return Buffer.concat([header, Buffer.alloc(5 * blocks, Buffer.from([0, 0, 0, 1, 0]))]);
}

/** An LZ4 frame of blocks of one byte, not compressed. */
function lz4Of(blocks: number): Buffer {
  const header = Buffer.from('04224d18604082', 'hex');
  const block = Buffer.from([1, 0, 0, 0x80, 0x61]);
  return Buffer.concat([header, Buffer.alloc(5 * blocks, block), Buffer.alloc(4)]);
}

const sixtyFour = times(64, () => ['', null] as const);

type Row = readonly [name: string, make: () => Promise<Buffer>, each: RegExp, outcomes?: number];

const packedRows: readonly Row[] = (['gzip', 'snappy', 'lz4', 'zstd'] as const).flatMap(
  (codec): Row[] => [
    [
      `${codec}: 128 MiB of zeros`,
      () => batchPacking(Buffer.alloc(128 * MIB), { codec, count: 1 }),
      new RegExp(`^decompression_failed: .*${codec}: .*\`limits\\.batchBytes\``),
    ],
    [
      `${codec}: 60 MiB of zeros, said to be a record`,
      () => batchPacking(Buffer.alloc(60 * MIB), { codec, count: 1 }),
      /^decompression_failed: .*/,
    ],
    [
      `${codec}: bytes that nothing packed`,
      () => batchAround(Buffer.alloc(MIB, 'noise'), { codec, count: 1 }),
      new RegExp(`^decompression_failed: .*${codec}: `),
    ],
    [
      `${codec}: a record of 30 MiB`,
      () => batchOfAll([recordOf(Buffer.alloc(30 * MIB, ' '))], codec),
      /^too_large: .*`limits\.recordBytes`/,
    ],
  ],
);

const framingRows: readonly Row[] = [
  [
    'snappy: four million empty blocks',
    () => batchAround(xerialOf(4_000_000), { codec: 'snappy', count: 1 }),
    /^decompression_failed: .*snappy: .*more than 65536 blocks/,
  ],
  [
    'snappy: a length of 4 GiB',
    () => batchAround(Buffer.from('ffffffff0f0061', 'hex'), { codec: 'snappy', count: 1 }),
    /^decompression_failed: .*snappy: .*`limits\.batchBytes`/,
  ],
  [
    'lz4: four million blocks of a byte',
    () => batchAround(lz4Of(4_000_000), { codec: 'lz4', count: 1 }),
    /^decompression_failed: /,
  ],
  [
    'lz4: a content of 8 EiB',
    () =>
      batchAround(Buffer.from('04224d18684000000000000000803b010000806100000000', 'hex'), {
        codec: 'lz4',
        count: 1,
      }),
    /^decompression_failed: .*lz4: /,
  ],
  [
    'gzip: a million empty members',
    () => batchAround(Buffer.alloc(20_000_000, gzipSync('')), { codec: 'gzip', count: 1 }),
    /^decompression_failed: /,
  ],
];

const batchRows: readonly Row[] = [
  [
    'two billion records in a byte',
    () => batchAround(Buffer.alloc(1), { codec: null, count: 2 ** 31 - 1 }),
    /^decompression_failed: .*`limits\.batchRecords`/,
  ],
  [
    'two hundred thousand records in a byte',
    () => batchAround(Buffer.alloc(1), { codec: null, count: 200_000 }),
    /^decompression_failed: /,
  ],
  [
    'minus one records',
    () => batchAround(Buffer.alloc(1), { codec: null, count: -1 }),
    /^decompression_failed: .*negative/,
  ],
  [
    'one record less than there are',
    () => batchEdited(record, (batch) => batch.writeInt32BE(0, 57)),
    /^decompression_failed: .*more bytes/,
  ],
  [
    'a last offset before the first',
    () => batchEdited(record, (batch) => batch.writeInt32BE(-5, 23)),
    /^judged/,
  ],
  [
    'a record of another batch',
    () => batchEdited(record, (batch) => batch.writeUInt8(0x7e, 65)),
    /^decompression_failed: .*offsets|another length/,
  ],
  [
    'a compression that Kafka does not have',
    () => batchEdited(record, (batch) => batch.writeInt16BE(7, 21)),
    /^decompression_failed: /,
  ],
  [
    'a record said to be 8 EiB long',
    () => batchAround(Buffer.alloc(9, 0xff), { codec: null, count: 1 }),
    /^decompression_failed: /,
  ],
  [
    'a number that does not end',
    () => batchAround(Buffer.alloc(MIB, 0xff), { codec: null, count: 1 }),
    /^decompression_failed: /,
  ],
  [
    'thirty million headers of one record',
    () => batchPacking(bytesOfHeaders(30_000_000), { codec: 'gzip', count: 1 }),
    /^decompression_failed: .*`limits\.batchHeaders`/,
  ],
  [
    'two thousand headers of one record',
    () => batchPacking(bytesOfHeaders(2000), { codec: 'gzip', count: 1 }),
    /^passed/,
  ],
  [
    '200,000 records of 64 headers',
    () =>
      batchOfAll(
        times(200_000, () => ({
          ...recordOf(null),
          headers: sixtyFour,
        })),
        'gzip',
      ),
    /^decompression_failed: .*`limits\.batchHeaders`/,
  ],
  [
    '200,000 tombstones',
    () =>
      batchOfAll(
        times(200_000, () => recordOf(null)),
        'gzip',
      ),
    /^passed/,
    200_000,
  ],
  [
    '200,000 empty records',
    () =>
      batchOfAll(
        times(200_000, () => recordOf(Buffer.alloc(0))),
        'gzip',
      ),
    /^(truncated|not_a_record): /,
    200_000,
  ],
  [
    '50,000 good records',
    () =>
      batchOfAll(
        times(50_000, () => recordOf(Buffer.from(record))),
        'gzip',
      ),
    /^judged/,
    50_000,
  ],
];

const poisonRows: readonly Row[] = [
  ['text', () => batchOf('not a record'), /^not_a_record: /],
  [
    'an Avro record of a registry',
    () => batchOf(Buffer.from([0, 0, 0, 0, 7, 1, 2, 3])),
    /^(not_a_record|schema_unknown): /,
  ],
  [
    'six bytes that say four billion items',
    () => batchOf(Buffer.from('80e8eda1ba0100', 'hex')),
    /^not_a_record: /,
  ],
  ['a record that is cut', () => batchOf(record.slice(0, -1)), /^truncated: /],
  ['a record with more behind it', () => batchOf(`${record}x`), /^not_a_record: /],
  [
    'a record that begins with a byte order mark',
    () => batchOf(`\uFEFF${record}`),
    /^not_a_record: .*byte order mark/,
  ],
  [
    'a record in UTF-16',
    () => batchOf(Buffer.from(`\uFEFF${record}`, 'utf16le')),
    /^not_a_record: .*byte order mark/,
  ],
  [
    'bytes that are not UTF-8',
    () => batchOf(Buffer.from(withMember('"\u00ff"'), 'latin1')),
    /^invalid_utf8: /,
  ],
];

const jsonRows: readonly Row[] = [
  ['200,000 lists in each other', () => batchOf('['.repeat(200_000)), /^truncated: /],
  [
    'a member of 200,000 lists in each other',
    () => batchOf(withMember('['.repeat(200_000))),
    /^too_deep: /,
  ],
  [
    'a member of 100,000 objects in each other',
    () => batchOf(withMember('{"a":'.repeat(100_000))),
    /^too_deep: /,
  ],
  [
    'a list of 500,000 numbers',
    () => batchOf(withMember(`[${'0,'.repeat(500_000)}0]`)),
    /^too_many_items: .*`limits\.listItems`/,
  ],
  [
    '100 lists of 5,000 numbers',
    () => batchOf(withMember(`[${times(100, () => `[${'0,'.repeat(4999)}0]`).join()}]`)),
    /^judged/,
  ],
  [
    '100,000 members',
    () => batchOf(withMember(`{${times(100_000, (i) => `"${i}":0`).join()}}`)),
    /^too_many_items: .*`limits\.mapMembers`/,
  ],
  [
    'a thousand members of one name',
    () => batchOf(withMember(`{${'"a":0,'.repeat(999)}"a":1}`)),
    /^judged/,
  ],
  [
    'a text of 1,000,000 characters',
    () => batchOf(withMember(`"${'x'.repeat(1_000_000)}"`)),
    /^too_large: .*`limits\.textBytes`/,
  ],
  [
    'a text of 150,000 escapes',
    () => batchOf(withMember(`"${'\\u0041'.repeat(150_000)}"`)),
    /^too_large: .*`limits\.textBytes`/,
  ],
  ['a text of half a surrogate pair', () => batchOf(withMember('"\\ud800"')), /^judged/],
  ['a number of 1,000,000 digits', () => batchOf(withMember('9'.repeat(1_000_000))), /^judged/],
  [
    'a counter of 100,000 digits',
    () => batchOf(record.replace('5120', '9'.repeat(100_000))),
    /^number_out_of_range: /,
  ],
  [
    'a port of 1e999',
    () => batchOf(record.replace('6379', '1e999')),
    /^(number_out_of_range|not_a_record): /,
  ],
  [
    'a million blanks',
    () => batchOf(`${' '.repeat(1_000_000)}${record}`),
    /^judged|^output_too_large/,
  ],
  [
    '2 MiB',
    () => batchOf(`${' '.repeat(2 * MIB)}${record}`),
    /^too_large: .*`limits\.recordBytes`/,
  ],
  [
    '100,000 labels',
    () => batchOf(withLabels(times(100_000, (i) => `l${i}=`))),
    /^too_many_items: /,
  ],
  [
    '1,000 labels',
    () => batchOf(withLabels(times(1000, (i) => `l${i}=`))),
    /^too_many_items: .*`limits\.labels`/,
  ],
  [
    'a label of 60 KiB',
    () => batchOf(withLabels([`a=${'b'.repeat(60 * 1024)}`])),
    /^too_large: .*`limits\.labelBytes`/,
  ],
  [
    '50,000 hits',
    () => batchOf(record.replace('[{"kind":9', `[${'{},'.repeat(50_000)}{"kind":9`)),
    /^too_many_items: /,
  ],
  [
    'the names of prototypes',
    () => batchOf(withMember('{"__proto__":{"x":1},"constructor":{"prototype":{}}}')),
    /^judged/,
  ],
  [
    'labels of prototypes',
    () => batchOf(withLabels(['__proto__=x', 'constructor=y', 'hasOwnProperty='])),
    /^judged/,
  ],
];

/** What a careless reader changes on its way. */
const numberRows: readonly Row[] = [
  ['a number beyond 2^53 nobody knows', () => batchOf(withMember('9007199254740993')), /^judged/],
  [
    'a counter beyond 2^63',
    () => batchOf(record.replace('5120', '9223372036854775808')),
    /^number_out_of_range: /,
  ],
  [
    'a counter of minus nothing',
    () => batchOf(record.replace('5120', '-0')),
    /^(judged|number_out_of_range)/,
  ],
  ['a counter that is no number', () => batchOf(record.replace('5120', 'NaN')), /^not_a_record: /],
  ['a counter that stands twice', () => batchOf(withMember('0,"bytes_in":1')), /^judged/],
];

const manyRows: readonly Row[] = [
  [
    '50,000 records of labels that never repeat',
    () =>
      batchOfAll(
        times(50_000, (i) => recordOf(Buffer.from(withLabels([`a${i}=${i}`, `b=${i}`])))),
        'zstd',
      ),
    /^judged/,
    50_000,
  ],
];

const rows = [
  ...packedRows,
  ...framingRows,
  ...batchRows,
  ...poisonRows,
  ...jsonRows,
  ...numberRows,
  ...manyRows,
];

/** Everything that was ever thought of to bring a stage down by what it reads. */
export const bombs: readonly Bomb[] = rows.map(([name, make, each, outcomes = 1]) => ({
  name,
  make,
  outcomes,
  each,
}));
