import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Field } from '../../../src/flow/dialects/fields.ts';
import { JsonScanner } from '../../../src/flow/dialects/json-scanner.ts';
import { shapeOf } from '../../../src/flow/dialects/shape.ts';
import { limits } from '../../../src/stage/limits.ts';
import { objectText, stringText, valueText, writingsOf } from './support/json-text.ts';
import type { MemberText } from './support/json-text.ts';

const shape = shapeOf(
  new Map([
    ['policies', ['a']],
    ['pending', ['a', 'b']],
    ['enforced', ['a', 'bb', 'c']],
    ['action', ['d']],
  ]),
);

/** The fields found in a text, or why it is no record. */
function scanned(text: string | Buffer, bounds: Partial<typeof limits> = {}) {
  const bytes = Buffer.from(text);
  const scanner = new JsonScanner({ ...limits, ...bounds });
  const failure = scanner.scan(bytes, shape);
  if (failure !== null) return failure.reason;
  const textOf = (field: number) => {
    const start = scanner.offsets[2 * field] ?? -1;
    return start < 0 ? undefined : bytes.toString('utf8', start, scanner.offsets[2 * field + 1]);
  };
  return {
    record: textOf(Field.record),
    policies: textOf(Field.policies),
    pending: textOf(Field.pending),
    enforced: textOf(Field.enforced),
    action: textOf(Field.action),
  };
}

/** What `JSON.parse` makes of a text; `undefined` if it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The value of a field that was found. */
const valueOf = (found: string | undefined): unknown =>
  found === undefined ? undefined : JSON.parse(found);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

describe('fields', () => {
  test('are found at any depth, with everything else skipped', () => {
    const text = ' {"x":[{"a":1}],"a":{"c":0,"bb":{"c":[1]},"b":"q\\"}"},"d":-1.5e+3,"dd":null} ';
    expect(scanned(text)).toEqual({
      record: text.trim(),
      policies: '{"c":0,"bb":{"c":[1]},"b":"q\\"}"}',
      pending: '"q\\"}"',
      enforced: '[1]',
      action: '-1.5e+3',
    });
  });

  test('of an earlier member of the same name are forgotten', () => {
    expect(scanned('{"a":{"b":1,"bb":{"c":2}},"a":{"b":3}}')).toMatchObject({
      policies: '{"b":3}',
      pending: '3',
      enforced: undefined,
    });
    expect(scanned('{"a":{"b":1},"a":7}')).toMatchObject({ policies: '7', pending: undefined });
  });

  const known = ['a', 'b', 'bb', 'c', 'd'].map((name) => writingsOf(name));
  const member = (value: fc.Arbitrary<string>): fc.Arbitrary<MemberText> =>
    fc.tuple(fc.oneof(...known, stringText), value);
  const objectOf = (value: fc.Arbitrary<string>) =>
    fc.array(member(value), { maxLength: 5 }).chain(objectText);
  const nested = objectOf(fc.oneof(valueText, objectOf(fc.oneof(valueText, objectOf(valueText)))));

  test('are those that JSON.parse sees, however the record is spelt', () => {
    fc.assert(
      fc.property(nested, (text) => {
        const fields = scanned(text);
        if (typeof fields === 'string') throw new Error(fields);
        const record = parsed(text);
        const at = (...path: string[]) => {
          let value: unknown = record;
          for (const name of path) {
            if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
            value = value[name];
          }
          return value;
        };
        expect(valueOf(fields.policies)).toEqual(at('a'));
        expect(valueOf(fields.pending)).toEqual(at('a', 'b'));
        expect(valueOf(fields.enforced)).toEqual(at('a', 'bb', 'c'));
        expect(valueOf(fields.action)).toEqual(at('d'));
      }),
    );
  });
});

describe('a text is refused', () => {
  test.each([
    ['nothing at all', '', 'not_a_record'],
    ['white space', ' \n', 'not_a_record'],
    ['a list', '[{}]', 'not_a_record'],
    ['a number', '12', 'not_a_record'],
    ['a byte order mark', '\ufeff{}', 'not_a_record'],
    ['something after the record', '{} x', 'not_a_record'],
    ['two records', '{}{}', 'not_a_record'],
    ['a NUL after the record', '{}\0', 'not_a_record'],
    ['a NUL in a text', '{"x":"\0"}', 'not_a_record'],
    ['a line break in a text', '{"x":"\n"}', 'not_a_record'],
    ['NaN', '{"x":NaN}', 'not_a_record'],
    ['Infinity', '{"x":-Infinity}', 'not_a_record'],
    ['a leading zero', '{"x":01}', 'not_a_record'],
    ['a bare dot', '{"x":1.}', 'not_a_record'],
    ['a plus', '{"x":+1}', 'not_a_record'],
    ['a comma too many', '{"x":1,}', 'not_a_record'],
    ['a comma too many in a list', '{"x":[1,]}', 'not_a_record'],
    ['a name without quotes', '{x:1}', 'not_a_record'],
    ['an unknown escape', '{"x":"\\q"}', 'not_a_record'],
    ['an escape of too few digits', '{"x":"\\u12g4"}', 'not_a_record'],
    ['a literal cut short by another', '{"x":trux}', 'not_a_record'],
    ['an end in an object', '{"x":1', 'truncated'],
    ['an end in a name', '{"x', 'truncated'],
    ['an end after a name', '{"x"', 'truncated'],
    ['an end after a colon', '{"x":', 'truncated'],
    ['an end in a list', '{"x":[1,', 'truncated'],
    ['an end in an escape', '{"x":"\\', 'truncated'],
    ['an end in a long escape', '{"x":"\\u12', 'truncated'],
    ['an end in a number', '{"x":-', 'truncated'],
    ['an end in a literal', '{"x":tr', 'truncated'],
  ])('%s', (_, text, reason) => {
    expect(scanned(text)).toBe(reason);
  });

  test.each([
    ['depth', { recordDepth: 3 }, '{"x":[[1]]}', '{"x":[[[1]]]}', 'too_deep'],
    ['depth of objects', { recordDepth: 2 }, '{"x":{}}', '{"x":{"y":{}}}', 'too_deep'],
    ['items of a list', { listItems: 2 }, '{"x":[1,2]}', '{"x":[1,2,3]}', 'too_many_items'],
    ['members', { mapMembers: 2 }, '{"x":1,"y":2}', '{"x":1,"y":2,"z":3}', 'too_many_items'],
    ['bytes of a text', { textBytes: 4 }, '{"x":"éé"}', '{"x":"éé1"}', 'too_large'],
    ['bytes of a name', { textBytes: 2 }, '{"xx":1}', '{"xxx":1}', 'too_large'],
  ])('that is beyond a limit: %s', (_, bounds, within, beyond, reason) => {
    expect(scanned(within, bounds)).toBeTypeOf('object');
    expect(scanned(beyond, bounds)).toBe(reason);
  });

  test('names the limit and the place', () => {
    const scanner = new JsonScanner({ ...limits, listItems: 2 });
    expect(scanner.scan(Buffer.from('{"x":[1,2,3]}'), shape)?.message).toBe(
      'a list or map of the record is longer than its limit, at byte 10, `limits.listItems`',
    );
  });

  test('200,000 deep without ado', () => {
    expect(scanned(`{"x":${'['.repeat(200_000)}`)).toBe('too_deep');
  });
});

describe('a text is taken if and only if JSON.parse takes it', () => {
  const bytesOfJson = fc.stringMatching(/^[{}[\]:,"\\ue019.+\-tfnalrs \n]{0,24}$/);

  test('for random texts of the characters of JSON', () => {
    fc.assert(
      fc.property(bytesOfJson, (inside) => {
        const text = `{"x":${inside}}`;
        expect(typeof scanned(text) === 'object').toBe(isObject(parsed(text)));
      }),
      { numRuns: 2000 },
    );
  });

  test('for records with one character changed, added or lost', () => {
    const characters = '{}[]:,"\\0e.-tn\u0001 '.split('');
    const edit = fc.tuple(fc.nat(), fc.constantFrom('', ...characters), fc.nat(1));
    fc.assert(
      fc.property(valueText, edit, (value, [place, inserted, removed]) => {
        const whole = `{"x":${value}}`;
        const at = place % whole.length;
        const text = whole.slice(0, at) + inserted + whole.slice(at + removed);
        expect(typeof scanned(text) === 'object').toBe(isObject(parsed(text)));
      }),
      { numRuns: 1000 },
    );
  });

  test('and a record cut short is truncated', () => {
    fc.assert(
      fc.property(valueText, fc.nat(), (value, place) => {
        const text = Buffer.from(`{"x":${value}}`);
        expect(scanned(text.subarray(0, 1 + (place % (text.length - 1))))).toBe('truncated');
      }),
    );
  });
});
