import { expect, test } from 'vitest';

import { lasting } from '../../src/std/lasting.ts';

test('what lasts holds no more memory than its bytes', () => {
  const [one, none, other] = lasting(Buffer.from('one'), Buffer.from(''), Buffer.from('other'));
  expect([one, none, other].map(String)).toEqual(['one', '', 'other']);
  expect(one.buffer.byteLength).toBe('oneother'.length);
  expect(other.buffer).toBe(one.buffer);
});

test('what lasts is not changed with what it was made of', () => {
  const before = Buffer.from('before');
  const [kept] = lasting(before);
  before.write('after!');
  expect(kept.toString()).toBe('before');
});
