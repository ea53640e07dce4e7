import { expect, test } from 'vitest';
import { exitCodeOf } from '../../src/commands/exit-code.ts';
import { CodedError } from '../../src/std/coded-error.ts';
import type { ErrorCode } from '../../src/std/coded-error.ts';

test.each<[ErrorCode, number]>([
  ['usage/arguments', 2],
  ['input/unreadable', 65],
  ['input/bad-record', 65],
  ['kafka/unreachable', 69],
  ['kafka/failed', 69],
  ['kafka/untrusted', 78],
  ['registry/unreachable', 69],
  ['registry/not-authorised', 77],
  ['registry/untrusted', 78],
  ['registry/not-found', 78],
  ['registry/incompatible', 78],
  ['kafka/not-authorised', 77],
  ['config/invalid', 78],
  ['policy/invalid', 78],
  ['kafka/topic-missing', 78],
  ['http/cannot-listen', 78],
])('%s is exit %d', (code, exitCode) => {
  expect(exitCodeOf(new CodedError(code, 'm'))).toBe(exitCode);
});

test.each([new Error('x'), 'x', null])('whatever has no code is a bug of ours: %s', (error) => {
  expect(exitCodeOf(error)).toBe(70);
});
