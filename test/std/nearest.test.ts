import { expect, test } from 'vitest';
import { nearest } from '../../src/std/nearest.ts';

const words = ['run', 'evaluate', 'validate', 'version', '--policies'];

test.each([
  ['rnu', 'run'],
  ['RUN', 'run'],
  ['valdate', 'validate'],
  ['evalaute', 'evaluate'],
  ['--polices', '--policies'],
])('%s is meant to be %s', (word, meant) => {
  expect(nearest(word, words)).toBe(meant);
});

test.each(['', 'x', 'frobnicate', 'promote'])('%j is like none of them', (word) => {
  expect(nearest(word, words)).toBeUndefined();
});
