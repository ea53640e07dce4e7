import { expect, test } from 'vitest';
import { parseDuration, parseTime } from '../../src/commands/duration.ts';

test.each([
  ['250ms', 250],
  ['60s', 60_000],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['7d', 604_800_000],
  ['0s', 0],
])('%s is a duration', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '60', 's', '-1s', '1.5s', '60 s', '1w', '9999999999s'])('%j is none', (text) => {
  expect(parseDuration(text)).toBeNull();
});

test.each([
  ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ['2024-02-29T01:00:00.250+01:00', Date.UTC(2024, 1, 29, 0, 0, 0, 250)],
])('%s is a time', (text, ms) => {
  expect(parseTime(text)).toBe(ms);
});

test.each([
  '',
  'now',
  '2024-02-29',
  '2023-02-29T00:00:00Z',
  '2024-13-01T00:00:00Z',
  '2024-02-29T00:00:00',
])('%j is none', (text) => {
  expect(parseTime(text)).toBeNull();
});
