import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { Texts } from '../../src/report/texts.ts';

test('equal texts have one number, others another, and a number leads back to its text', () => {
  const word = oneof(string({ unit: 'grapheme' }), constantFrom('', 'shop/cart', 'é', '\0'));
  assert(
    property(array(word), (words) => {
      const texts = new Texts();
      const numbers = words.map((one) => texts.numberOf(one));
      const first = words.map((one) => [...new Set(words)].indexOf(one));
      expect(numbers).toEqual(first);
      expect(numbers.map((number) => texts.of(number))).toEqual(words);
    }),
  );
});

test('a hundred thousand texts keep their numbers while it grows', () => {
  const texts = new Texts();
  const words = Array.from({ length: 100_000 }, (_, i) => `namespace-${i % 317}/workload-${i}`);
  for (const [number, word] of words.entries()) expect(texts.numberOf(word)).toBe(number);
  for (const [number, word] of words.entries()) {
    expect([texts.numberOf(word), texts.of(number)]).toEqual([number, word]);
  }
});

test('what is forgotten has no number any more, and numbers begin anew', () => {
  const texts = new Texts();
  texts.numberOf('a');
  texts.numberOf('b');
  texts.forget();
  expect(() => texts.of(0)).toThrow(RangeError);
  expect([texts.numberOf('b'), texts.of(0)]).toEqual([0, 'b']);
});
