import { describe, expect, test } from 'vitest';
import type { Header } from '../../src/stage/ports.ts';
import { whisker } from '../flow/dialects/support/whisker-record.ts';
import { aRecord, header, judged } from './support/judging.ts';
import type { JudgingOptions } from './support/judging.ts';

const good = Buffer.from(JSON.stringify(whisker));
const bad = Buffer.from('nonsense');

/** Headers as pairs of texts, ours less their values. */
function kept(value: Buffer | null, headers: readonly Header[], options: JudgingOptions = {}) {
  const { outputs, deadLetters } = judged([aRecord({ value, headers })], options);
  const [output] = [...outputs, ...deadLetters.map(({ record }) => record)];
  return (output?.headers ?? []).map(([name, bytes]) =>
    ours.has(name) ? name : [name, bytes === null ? null : Buffer.from(bytes).toString('latin1')],
  );
}

const onOutputs = ['flow-source', 'flow-verdict-change', 'policy-set', 'policy-hash'];
const onDeadLetters = ['error-code', 'error-message', 'flow-source'];
const ours = new Set([...onOutputs, ...onDeadLetters, 'flow-record-index']);

const cases: readonly (readonly [
  title: string,
  headers: readonly Header[],
  kept: readonly (readonly [string, string | null])[],
])[] = [
  ['a trace of its sender', [header('traceparent', '00-1-1-01')], [['traceparent', '00-1-1-01']]],
  [
    'names that repeat, in their order',
    [header('a', '1'), header('b', ''), header('a', '2')],
    [
      ['a', '1'],
      ['b', ''],
      ['a', '2'],
    ],
  ],
  ['no value', [['a', null]], [['a', null]]],
  ['bytes that are no text', [['a', Buffer.from([0, 255, 128])]], [['a', '\u0000\u00ff\u0080']]],
  ['a name without letters', [header('', 'x')], [['', 'x']]],
  ['ours of an earlier pass', [...ours].map((name) => header(name, 'old')), []],
];

describe('a header', () => {
  test.each(cases)('%s', (_title, headers, wanted) => {
    expect(kept(good, headers)).toEqual([...wanted, ...onOutputs]);
    expect(kept(bad, headers)).toEqual([...wanted, ...onDeadLetters]);
  });

  test('that names the schema of the value goes when the value is written anew, and only then', () => {
    const id: Header = ['__value_schema_id', Buffer.alloc(17, 1)];
    const pair = ['__value_schema_id', '\u0001'.repeat(17)];
    const others = [header('__key_schema_id', 'k')];
    expect(kept(good, [id, ...others])).toEqual([['__key_schema_id', 'k'], ...onOutputs]);
    expect(kept(bad, [id])).toEqual([pair, ...onDeadLetters]);
    expect(kept(null, [id])).toEqual([pair]);
    expect(kept(Buffer.from('[]'), [id])).toEqual([pair]);
  });
});

describe('the content type', () => {
  const json: JudgingOptions = { contentType: 'application/json' };

  test('is added to what is converted', () => {
    expect(kept(good, [], json)).toEqual([...onOutputs, ['content-type', 'application/json']]);
    expect(kept(good, [header('a', 'b')], json).at(-1)).toEqual([
      'content-type',
      'application/json',
    ]);
  });

  test.each(['content-type', 'Content-Type'])('that a record has stays: `%s`', (name) => {
    expect(kept(good, [header(name, 'x')], json)).toEqual([[name, 'x'], ...onOutputs]);
  });

  test('is not added to what is preserved, nor to dead letters', () => {
    expect(kept(good, [])).toEqual(onOutputs);
    expect(kept(bad, [], json)).toEqual(onDeadLetters);
  });
});
