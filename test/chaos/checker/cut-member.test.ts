import { expect, test } from 'vitest';

import { cutMember } from './cut-member.ts';

test.each([
  ['with the comma before it', '{"a":1,"x":[{"y":"}"}],"b":2}', ['x'], '{"a":1,"b":2}'],
  ['with the comma behind it, where it is the first', '{"x":"\\",","b":2}', ['x'], '{"b":2}'],
  ['where it is alone', '{ "x" : {} }', ['x'], '{  }'],
  ['where it is the last', '{"a":{"x":1},"x":-1.5e3}', ['x'], '{"a":{"x":1}}'],
  ['deep down', '{"x":0,"a":{"b":{"c":1,"x":null}}}', ['a', 'b', 'x'], '{"x":0,"a":{"b":{"c":1}}}'],
  ['nowhere', '{"a":{"x":1}}', ['x'], '{"a":{"x":1}}'],
  ['nowhere, since it stands in a text', '{"a":",\\"x\\":1"}', ['x'], '{"a":",\\"x\\":1"}'],
])('a member is cut out %s', (_where, json, path, rest) => {
  expect(cutMember(json, path)).toBe(rest);
});

test.each(['{"a":{"b}}', '{a:1}', 'x'])('what is no object is refused: %s', (json) => {
  expect(() => cutMember(json, ['b'])).toThrow(/was expected|without an end/);
});
