import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eachMember } from '../../../src/flow/dialects/json-members.ts';
import { objectText, stringText, valueText } from './support/json-text.ts';

function membersOf(text: string): (readonly [name: string, json: string])[] {
  const bytes = Buffer.from(text);
  const members: (readonly [string, string])[] = [];
  eachMember(bytes, 0, (name, start, end) => {
    members.push([name, bytes.toString('utf8', start, end)]);
  });
  return members;
}

describe('the members of an object', () => {
  test.each([
    ['{}', []],
    ['{ \n}', []],
    ['{"a":1}', [['a', '1']]],
    [
      '{"":"","":null}',
      [
        ['', '""'],
        ['', 'null'],
      ],
    ],
    [
      '{"a": -1.50e3 ,"b"\t:\ttrue\n}',
      [
        ['a', '-1.50e3'],
        ['b', 'true'],
      ],
    ],
    [
      '{"a":"\\"}","b":{"c":["}"]}}',
      [
        ['a', '"\\"}"'],
        ['b', '{"c":["}"]}'],
      ],
    ],
    ['{"\\u0061\\n":[[],{}]}', [['a\n', '[[],{}]']]],
    [
      '{"__proto__":{"x":"\\\\"},"é":"😀"}',
      [
        ['__proto__', '{"x":"\\\\"}'],
        ['é', '"😀"'],
      ],
    ],
  ])('of %s', (text, members) => {
    expect(membersOf(text)).toEqual(members);
  });

  test('are found as they are written, in order', () => {
    const objects = fc
      .array(fc.tuple(stringText, valueText), { maxLength: 6 })
      .chain((members) => objectText(members).map((text) => ({ members, text })));
    fc.assert(
      fc.property(objects, ({ members, text }) => {
        expect(membersOf(text)).toEqual(
          members.map(([name, json]) => [String(JSON.parse(name)), json]),
        );
      }),
    );
  });
});
