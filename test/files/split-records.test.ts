import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layoutOf } from '../../src/files/file-layout.ts';
import type { FileLayout } from '../../src/files/file-layout.ts';
import { splitRecords } from '../../src/files/split-records.ts';

interface Split {
  readonly records: readonly (readonly [line: number, text: string])[];
  readonly isCutShort: boolean;
}

/** Splits a text that comes in pieces of the given size. */
async function split(text: string, pieceBytes = 1 << 20, recordBytes = 1 << 20): Promise<Split> {
  const bytes = Buffer.from(text);
  const pieces = (async function* () {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  })();
  const records: [number, string][] = [];
  let isCutShort = false;
  for await (const group of splitRecords(pieces, { recordBytes })) {
    for (const { offset, value } of group.records) {
      records.push([offset, Buffer.from(value ?? []).toString()]);
    }
    isCutShort = group.faults.length > 0;
  }
  return { records, isCutShort };
}

const [a, b] = ['{"Key":{"a":"}\\"{"},"b":[1,{"c":2}]}', '{"d":"é\\\\"}'];

describe.each([
  ['whole', 1 << 20],
  ['byte by byte', 1],
  ['in threes', 3],
])('%s', (_name, pieceBytes) => {
  test.each<[string, string, [number, string][]]>([
    ['nothing', '', []],
    ['only space', ' \n\r\n\t', []],
    [
      'a record a line',
      `${a}\n${b}\n`,
      [
        [1, a],
        [2, b],
      ],
    ],
    [
      'no line break at the end',
      `${a}\n${b}`,
      [
        [1, a],
        [2, b],
      ],
    ],
    [
      'blank lines and carriage returns',
      `\n${a}\r\n \n${b}\r\n`,
      [
        [2, `${a}\r`],
        [4, `${b}\r`],
      ],
    ],
    [
      'a byte order mark',
      `\u{feff}${a}\n${b}\n`,
      [
        [1, a],
        [2, b],
      ],
    ],
    [
      'an array',
      `[${a},${b}]`,
      [
        [1, a],
        [1, b],
      ],
    ],
    [
      'an array over lines',
      `\n[\n  ${a},\n  ${b}\n]\n`,
      [
        [3, a],
        [4, b],
      ],
    ],
    ['an empty array', '[ ]', []],
    [
      'an array of what are no records',
      '[1,"x]",null,[2]]',
      [
        [1, '1'],
        [1, '"x]"'],
        [1, 'null'],
        [1, '[2]'],
      ],
    ],
    [
      'a reply of whisker',
      `{"total":{"items":[3]},"items":[${a},${b}],"x":[4]}`,
      [
        [1, a],
        [1, b],
      ],
    ],
    [
      'a reply over lines',
      `{\n "items" : [\n${a},\n${b}]}\n`,
      [
        [3, a],
        [4, b],
      ],
    ],
    [
      'values over lines',
      '{\n "x": {\n  "y": 1\n }\n}\n{\n "z": 2\n}\n',
      [
        [1, '{  "x": {   "y": 1  } }'],
        [6, '{  "z": 2 }'],
      ],
    ],
    [
      'a first line that is cut off',
      `{"Key":{"a":\n${a}\n`,
      [
        [1, '{"Key":{"a":'],
        [2, a],
      ],
    ],
    [
      'a first line cut off in a text',
      `{"Key":{"a":"b\n${a}\n`,
      [
        [1, '{"Key":{"a":"b'],
        [2, a],
      ],
    ],
    [
      'a later line that is cut off',
      `${a}\n{"x\n${b}\n`,
      [
        [1, a],
        [2, '{"x'],
        [3, b],
      ],
    ],
    [
      'lines that are no JSON',
      `oops\n${a}\n`,
      [
        [1, 'oops'],
        [2, a],
      ],
    ],
    [
      'a stray bracket among values',
      '{\n"x":1}\n}\n{\n"y":2}',
      [
        [1, '{ "x":1}'],
        [3, '}'],
        [4, '{ "y":2}'],
      ],
    ],
  ])('%s', async (_case, text, records) => {
    expect(await split(text, pieceBytes)).toEqual({ records, isCutShort: false });
  });

  test.each([
    ['between elements', `[${a},`, [[1, a]]],
    [
      'within one',
      `{"items":[${a},{"x":`,
      [
        [1, a],
        [1, '{"x":'],
      ],
    ],
    ['before the first', '[', []],
  ])('an array that ends %s is known to be cut short', async (_case, text, records) => {
    expect(await split(text, pieceBytes)).toEqual({ records, isCutShort: true });
  });

  test.each([
    ['a line', `{"long":"${'x'.repeat(100)}"}\n${b}\n`],
    ['an element', `[{"long":"${'x'.repeat(100)}"},${b}]`],
  ])('%s beyond the limit is cut to one byte more', async (_case, text) => {
    const { records } = await split(text, pieceBytes, 20);
    expect(records.map(([, found]) => Buffer.byteLength(found))).toEqual([
      21,
      Buffer.byteLength(b),
    ]);
  });
});

describe('the layout', () => {
  const long = `{"x":"${'y'.repeat(100_000)}`;

  test.each<[string, string, FileLayout | null]>([
    ['is open at first', '{"x":{', null],
    ['is told once the first record is whole', '{"x":{}}', { kind: 'lines', start: 0 }],
    ['is of lines if the first record is very long', long, { kind: 'lines', start: 0 }],
    ['is an array where items open', ` {"total":1,"items":[${long}`, { kind: 'array', start: 21 }],
    ['is open while there is only space', ' \n', null],
  ])('%s', (_name, head, layout) => {
    expect(layoutOf(Buffer.from(head), false)).toEqual(layout);
  });
});

test('records come out as they went in, whatever the layout and the pieces', async () => {
  const record = fc
    .dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 })
    .map((value) => JSON.stringify(value));
  const layouts = {
    lines: (records: string[]) => records.map((text) => `${text}\n`).join(''),
    array: (records: string[]) => `[${records.join(',')}]`,
    items: (records: string[]) => `{"items":[${records.join(',')}]}`,
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { minLength: 1, maxLength: 5 }),
      fc.constantFrom(...Object.values(layouts)),
      fc.integer({ min: 1, max: 50 }),
      async (records, layout, pieceBytes) => {
        fc.pre(records[0]?.includes('"items":[') !== true);
        const found = await split(layout(records), pieceBytes);
        expect(found.records.map(([, text]) => text)).toEqual(records);
        expect(found.isCutShort).toBe(false);
      },
    ),
    { numRuns: 300 },
  );
});
