// Messages that hold more than one bare record: envelopes of shippers, and several records.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { narrowedOtlp, otlpBatch, shapes } from '../flow/envelope/shippers.ts';
import { recordLines } from '../flow/dialects/support/records.ts';
import { whisker } from '../flow/dialects/support/whisker-record.ts';
import { headersOf, judgedMessage, valuesOf } from './support/judging.ts';
import { cpuMsOf } from '../support/cpu-time.ts';

const [go = ''] = recordLines('goldmane-go');
const record = JSON.stringify({ ...whisker, note: 'a "quoted" \\ \u00e9 \n word' });
const other = JSON.stringify({ ...whisker, dest_port: 80 });
const [enriched, enrichedOther, enrichedGo] = [record, other, go].map((bare) => {
  const [value = ''] = valuesOf(judgedMessage(bare).outputs);
  return value;
}) as [string, string, string];
const quoted = JSON.stringify;

type Row<Expected> = readonly [title: string, message: string, Expected, unwrap?: string];

function named<Expected>([title, message, expected, unwrap]: Row<Expected>) {
  return { title, message, expected, unwrap: unwrap ?? null };
}

function indexesOf(records: readonly Parameters<typeof headersOf>[0][]): (string | undefined)[] {
  return records.map((each) => headersOf(each).find(([name]) => name === 'flow-record-index')?.[1]);
}

describe('a record in the envelope of a shipper', () => {
  test.each(shapes)('$shipper', ({ path, message }) => {
    for (const [bare, whole] of [
      [record, enriched],
      [go, enrichedGo],
    ] as const) {
      const written = message({ record: bare, quoted: quoted(bare) });
      const { outputs, deadLetters, tally } = judgedMessage(written, { unwrap: path });
      const wanted = message({ record: whole, quoted: quoted(whole) });
      expect([valuesOf(outputs), deadLetters]).toEqual([[wanted], []]);
      expect(indexesOf(outputs)).toEqual([undefined]);
      expect(tally.sums().records.evaluated).toBe(1);
    }
  });

  test('leaves it behind when it is converted', () => {
    const contentType = 'application/json';
    const message = `{"log":${quoted(record)}}`;
    const { outputs } = judgedMessage(message, { unwrap: 'log', contentType });
    expect(valuesOf(outputs)).toEqual([enriched]);
    expect(headersOf(outputs[0])).toContainEqual(['content-type', contentType]);
  });

  test('with whatever escapes its text is written', () => {
    const slashes = JSON.stringify({ ...whisker, path: '/a' });
    const text = quoted(slashes).replaceAll('/', '\\/').replaceAll('c', '\\u0063');
    const { outputs } = judgedMessage(`{"log":${text}}`, { unwrap: 'log' });
    const [bare] = valuesOf(judgedMessage(slashes).outputs);
    expect(valuesOf(outputs)).toEqual([`{"log":${quoted(bare)}}`]);
  });

  test('of members with one name the last counts', () => {
    const { outputs } = judgedMessage(`{"log":"x","log":${quoted(record)}}`, { unwrap: 'log' });
    expect(valuesOf(outputs)).toEqual([`{"log":"x","log":${quoted(enriched)}}`]);
  });

  const hopeless: readonly (readonly [title: string, message: string | Buffer, reason: string])[] =
    [
      ['the path leads nowhere', '{"message":"x"}', 'not_a_record'],
      ['the path leads through a text', '{"log":"x","a":{"log":1}}', 'not_a_record'],
      ['a null', '{"log":null}', 'not_a_record'],
      ['a line of some other log', '{"log":"starting"}', 'not_a_record'],
      ['a record of nobody', '{"log":"{\\"x\\":1}"}', 'unknown_format'],
      ['no JSON around it', `{"a":1,} {"log":${quoted(record)}}`, 'not_a_record'],
      ['a broken envelope', `{"a":tru,"log":${quoted(record)}}`, 'not_a_record'],
      ['a broken member behind it', `{"log":${quoted(record)},"b" 1}`, 'not_a_record'],
      ['an envelope without end', `{"log":${quoted(record)}`, 'truncated'],
      ['half a character', '{"log":"{\\"x\\":\\"\\ud800\\"}"}', 'invalid_utf8'],
      ['a bad escape', '{"log":"\\x"}', 'not_a_record'],
      ['no UTF-8', Buffer.from('{"log":"{\\"x\\":\\"\u00ff\\"}"}', 'latin1'), 'invalid_utf8'],
      ['a bare record', record, 'not_a_record'],
      ['nothing', '', 'not_a_record'],
      ['blanks', ' \n ', 'not_a_record'],
      ['a number', '7', 'not_a_record'],
    ];

  test.each(hopeless)('%s: one dead letter, as it came', (_title, message, reason) => {
    const { outputs, deadLetters, tally } = judgedMessage(message, { unwrap: 'log' });
    expect(outputs).toEqual([]);
    expect(deadLetters).toMatchObject([{ reason, index: null }]);
    expect(deadLetters[0]?.record.value).toEqual(Buffer.from(message));
    expect(tally.sums().records.dead_lettered).toBe(1);
  });

  test('the dead letter names the path', () => {
    const { deadLetters } = judgedMessage('{"message":"x"}', { unwrap: 'event.original' });
    expect(headersOf(deadLetters[0]?.record)).toContainEqual([
      'error-message',
      'the bytes are not a flow record, the path `event.original` leads to no text or object of the message',
    ]);
  });
});

describe('several records in one message', () => {
  const several: readonly Row<readonly string[]>[] = [
    ['lines', `${record}\n${other}\n`, [enriched, enrichedOther]],
    ['lines without the last break', `${record}\n${other}`, [enriched, enrichedOther]],
    [
      'lines of Windows, and blank ones',
      `\r\n${record}\r\n \r\n${other}\r\n\n`,
      [enriched, enrichedOther],
    ],
    ['lines of two dialects', `${go}\n${record}`, [enrichedGo, enriched]],
    ['a list', ` [${record} , ${other}]\n`, [` [${enriched}]\n`, ` [${enrichedOther}]\n`]],
    ['a list of one', `[${record}]`, [`[${enriched}]`]],
    [
      'a reply of whisker',
      `{"total":{"totalPages":1},"items":[${record},\n${other}]}`,
      [enriched, enrichedOther].map((each) => `{"total":{"totalPages":1},"items":[${each}]}`),
    ],
    [
      'lines in a text',
      `{"message":${quoted(`${record}\n${other}\n`)},"path":"/"}`,
      [enriched, enrichedOther].map((each) => `{"message":${quoted(each)},"path":"/"}`),
      'message',
    ],
    [
      'a list in a text',
      `{"message":${quoted(`[${record},${other}]`)}}`,
      [enriched, enrichedOther].map((each) => `{"message":${quoted(`[${each}]`)}}`),
      'message',
    ],
    [
      'a list in an envelope',
      `{"body":[${record},${quoted(other)}],"n":1}`,
      [`{"body":[${enriched}],"n":1}`, `{"body":[${quoted(enrichedOther)}],"n":1}`],
      'body',
    ],
    [
      'lines of envelopes',
      `{"log":${quoted(record)},"n":1}\n{"n":2,"log":${other}}\n`,
      [`{"log":${quoted(enriched)},"n":1}`, `{"n":2,"log":${enrichedOther}}`],
      'log',
    ],
    [
      'a list of envelopes',
      `[{"log":${quoted(record)}},{"log":${quoted(other)}}]`,
      [enriched, enrichedOther].map((each) => `[{"log":${quoted(each)}}]`),
      'log',
    ],
    [
      'a batch of the OpenTelemetry Collector',
      otlpBatch([quoted(record), quoted(other), quoted(go), quoted(record)]),
      narrowedOtlp([quoted(enriched), quoted(enrichedOther), quoted(enrichedGo), quoted(enriched)]),
      'resourceLogs[].scopeLogs[].logRecords[].body.stringValue',
    ],
  ];

  test.each(several.map(named))('$title', ({ message, expected: values, unwrap }) => {
    const { outputs, deadLetters, tally } = judgedMessage(message, { unwrap });
    expect(valuesOf(outputs)).toEqual(values);
    expect(deadLetters).toEqual([]);
    expect(tally.sums().records.evaluated).toBe(values.length);
    const isAlone = values.length === 1;
    expect(indexesOf(outputs)).toEqual(values.map((_, i) => (isAlone ? undefined : `${i}`)));
    for (const { key, timestampMs, headers } of outputs) {
      expect([String(key), timestampMs]).toEqual(['k', 1_787_000_000_000]);
      expect(headersOf({ key, timestampMs, headers, value: null })[0]).toEqual([
        'flow-source',
        'flows/3/41',
      ]);
    }
  });

  const bad: readonly Row<readonly (readonly [index: number, reason: string, value: string])[]>[] =
    [
      ['a broken line', `${record}\nnonsense\n${other}`, [[1, 'not_a_record', 'nonsense']]],
      ['a broken first line', `nonsense\n${record}\n${other}`, [[0, 'not_a_record', 'nonsense']]],
      [
        'a cut-off line',
        `${record.slice(0, 40)}\n${record}\n${other}`,
        [[0, 'truncated', record.slice(0, 40)]],
      ],
      ['a cut-off last line', `${record}\n${other}\n{"x`, [[2, 'truncated', '{"x']]],
      [
        'a record of nobody',
        `[${record},{"x":1},${other},7]`,
        [
          [1, 'unknown_format', '[{"x":1}]'],
          [3, 'not_a_record', '[7]'],
        ],
      ],
      [
        'an item of a reply',
        `{"items":[{"x" 1},${record},${other}],"n":0}`,
        [[0, 'not_a_record', '{"items":[{"x" 1}],"n":0}']],
      ],
      [
        'a log record without body, and one of another kind',
        otlpBatch([quoted(record), '7', quoted('starting'), quoted(other)]),
        narrowedOtlp(['', '7', quoted('starting'), '']).flatMap((value, i) =>
          i === 1 || i === 2 ? [[i, 'not_a_record', value] as const] : [],
        ),
        'resourceLogs.scopeLogs.logRecords.body.stringValue',
      ],
      [
        'an envelope that is broken',
        `[{"log":${quoted(record)}},{"log":${quoted(record)},"x":tru},{"log":${quoted(other)}}]`,
        [[1, 'not_a_record', `[{"log":${quoted(record)},"x":tru}]`]],
        'log',
      ],
      [
        'an envelope without a colon',
        `[{"log":${quoted(record)}},{"log" 1},{"log":${quoted(other)}}]`,
        [[1, 'not_a_record', `[{"log" 1}]`]],
        'log',
      ],
      [
        'a broken line in a text',
        `{"log":${quoted(`${record}\nx\n${other}`)}}`,
        [[1, 'not_a_record', '{"log":"x"}']],
        'log',
      ],
    ];

  test.each(bad.map(named))('$title is a dead letter of its own', (row) => {
    const { message, expected: letters, unwrap } = row;
    const { outputs, deadLetters, tally } = judgedMessage(message, { unwrap });
    expect(outputs).toHaveLength(2);
    expect(
      deadLetters.map(({ index, reason, record: { value } }) => [index, reason, String(value)]),
    ).toEqual(letters);
    expect(indexesOf(deadLetters.map((letter) => letter.record))).toEqual(
      letters.map(([index]) => `${index}`),
    );
    expect(tally.sums().records).toMatchObject({ evaluated: 2, dead_lettered: letters.length });
  });

  test.each<[string, string, string?]>([
    ['an empty list', ' [ ]'],
    ['an empty reply', '{"total":{"totalPages":0},"items":[]}'],
    ['a reply as whisker writes it without flows', '{"total":{"totalPages":0},"items":null}'],
    [
      'a batch of no log records',
      '{"resourceLogs":[{"scopeLogs":[]}]}',
      'resourceLogs.scopeLogs.logRecords.body',
    ],
  ])('%s holds none and passes as it is', (_title, message, unwrap) => {
    const { outputs, deadLetters, tally } = judgedMessage(message, { unwrap: unwrap ?? null });
    expect(valuesOf(outputs)).toEqual([message]);
    expect([outputs[0]?.headers, deadLetters]).toEqual([[], []]);
    expect(tally.sums().records).toMatchObject({ passed_through: 1, dead_lettered: 0 });
  });

  test.each<[string, string, string]>([
    ['a list without end', `[${record},${other}`, 'truncated'],
    ['a list with something behind it', `[${record}] x`, 'not_a_record'],
    ['a list with a gap', `[${record},,${other}]`, 'not_a_record'],
    [
      'a record over lines with a slip',
      JSON.stringify(whisker, null, 1).replace('null', 'nul'),
      'not_a_record',
    ],
    ['a record with another on its line', `${record}${other}`, 'not_a_record'],
    ['an empty reply that is broken', '{"total":tru,"items":[]}', 'not_a_record'],
    ['a reply of nothing that is broken', '{"total":tru,"items":null}', 'not_a_record'],
    ['a reply that is not one', '{"items":7}', 'unknown_format'],
    ['blanks', ' \n \n', 'not_a_record'],
    ['lines of some other log', 'one\ntwo\n', 'not_a_record'],
    [
      'a record over lines that is cut off',
      JSON.stringify(whisker, null, 1).slice(0, 300),
      'truncated',
    ],
    ['lists without end', '['.repeat(5000) + ']'.repeat(5000), 'too_deep'],
    ['bytes of something else', '\u0001\u0001\n{\n{', 'not_a_record'],
    ['Avro without a registry', '\u0000\u0001\n{\n{', 'schema_unknown'],
  ])('%s is one dead letter, whole', (_title, message, reason) => {
    const { outputs, deadLetters } = judgedMessage(message);
    expect(outputs).toEqual([]);
    expect(deadLetters).toMatchObject([{ reason, index: null }]);
    expect(String(deadLetters[0]?.record.value)).toBe(message);
  });

  test('a record that becomes too large goes alone', () => {
    const wide = `${record.slice(0, -1)},"wide":"${'w'.repeat(3000)}"}`;
    const { outputs, deadLetters } = judgedMessage(`[${record},${wide},${other}]`, {
      limits: { outputRecordBytes: 4000 },
    });
    expect(indexesOf(outputs)).toEqual(['0', '2']);
    expect(deadLetters).toMatchObject([{ reason: 'output_too_large', index: 1 }]);
    expect(String(deadLetters[0]?.record.value)).toBe(`[${wide}]`);
  });

  test.each<[string, string, object, string | null]>([
    ['messageRecords', `${record}\n${record}\n${record}`, { messageRecords: 2 }, null],
    ['messageRecords', `[${record},1,2]`, { messageRecords: 2 }, null],
    ['messageRecords', `{"log":${quoted('1\n{\n{')}}`, { messageRecords: 2 }, 'log'],
    ['messageGrowth', `{"a":"${'x'.repeat(1000)}","log":[1,2,3,4,5]}`, { messageGrowth: 4 }, 'log'],
  ])('`limits.%s` bounds what one message may hold', (limit, message, limits, unwrap) => {
    const { outputs, deadLetters, tally } = judgedMessage(message, { limits, unwrap });
    expect([outputs, deadLetters.length]).toEqual([[], 1]);
    expect(String(deadLetters[0]?.record.value)).toBe(message);
    expect(headersOf(deadLetters[0]?.record)[1]?.[1]).toContain(`\`limits.${limit}\``);
    expect([...tally.limitsReached]).toEqual([[limit, 1]]);
  });
});

describe('any message', () => {
  const records = [
    ...recordLines('whisker').slice(0, 8),
    ...recordLines('goldmane-go').slice(0, 8),
  ];
  const bare = fc.constantFrom(...records);
  const alone = new Map(
    records.map((each) => [each, valuesOf(judgedMessage(each).outputs)[0] ?? '']),
  );
  const members = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 });

  test('is its envelope with the enriched record', () => {
    fc.assert(
      fc.property(bare, members, members, fc.boolean(), (each, before, after, isText) => {
        const around = (inner: string): string => {
          const member = isText ? quoted(inner) : inner;
          // Members of the same name before it do not count.
          return `{"a": ${quoted(before)},"deep":{"b":${quoted(after)} , "x.y":[${member}]}}`;
        };
        const { outputs } = judgedMessage(around(each), { unwrap: 'deep.x.y' });
        expect(valuesOf(outputs)).toEqual([around(alone.get(each) ?? '')]);
      }),
    );
  });

  test('of lines is what each line is alone', () => {
    const line = fc.oneof(
      { weight: 3, arbitrary: bare },
      { weight: 1, arbitrary: fc.constantFrom('x', '{"a":1}', '{', '[]') },
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 2, maxLength: 6 }), (lines) => {
        fc.pre(lines.some((each, i) => i > 0 && each.startsWith('{')));
        const { outputs, deadLetters } = judgedMessage(lines.join('\n'));
        expect(valuesOf(outputs)).toEqual(lines.flatMap((each) => alone.get(each) ?? []));
        expect(deadLetters.map(({ record: letter }) => String(letter.value))).toEqual(
          lines.filter((each) => !alone.has(each)),
        );
      }),
    );
  });

  test('has one outcome, whatever is in it', () => {
    const text = fc.array(
      fc.oneof(
        fc.constantFrom(
          '{',
          '}',
          '[',
          ']',
          '"',
          ',',
          ':',
          '\n',
          '\n{',
          '\\',
          'log',
          '"log":',
          '"items":[',
          'null',
          ' ',
        ),
        bare,
        fc.string({ maxLength: 3 }),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(text, fc.constantFrom(null, 'log', 'a.log'), (parts, unwrap) => {
        const { outputs, deadLetters, tally } = judgedMessage(parts.join(''), { unwrap });
        const outcomes = Object.values(tally.sums().records).reduce((sum, count) => sum + count, 0);
        expect(outcomes).toBe(outputs.length + deadLetters.length);
        expect(outcomes).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });
});

test.each([
  ['cut-off lines', '{\n'],
  ['cut-off lines with a blank', ' {\n'],
  ['lists in lines', '[\n{'],
  ['texts without end', '"\n{'],
  ['nested lists', '[['],
])('a megabyte of %s is looked through once', (_title, part) => {
  const message = `{"log":1}\n${part.repeat(1_000_000 / part.length)}`;
  for (const unwrap of [null, 'log', 'a.log']) {
    const spentMs = cpuMsOf(() => {
      expect(judgedMessage(message, { unwrap }).deadLetters.length).toBeGreaterThan(0);
    });
    expect(spentMs).toBeLessThan(2000);
  }
});
