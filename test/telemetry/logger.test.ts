import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createLogger } from '../../src/telemetry/logger.ts';
import type { Logger } from '../../src/stage/logger.ts';
import { RateLimitedLog } from '../../src/telemetry/rate-limited-log.ts';
import { StoppedClock } from './support.ts';

type Format = 'json' | 'text';

function written(format: Format, write: (logger: Logger) => void, isColoured = false): string {
  let text = '';
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString('utf8');
      done();
    },
  });
  write(createLogger({ level: 'info', format, isColoured, destination }));
  return text;
}

const hostile = [
  ['a line break', 'a\nb', '\n'],
  ['a carriage return', 'a\rb', '\r'],
  ['an escape', 'a\u001b[31mb', '\u001b'],
  ['a C1 escape', 'a\u009b31mb', '\u009b'],
  ['delete', 'a\u007fb', '\u007f'],
  ['a right-to-left override', 'a\u202eb', '\u202e'],
  ['an isolate', 'a\u2066b', '\u2066'],
  ['a line separator', 'a\u2028b', '\u2028'],
  ['a zero-width space', 'a\u200bb', '\u200b'],
] as const;

describe.each<Format>(['json', 'text'])('log.format: %s', (format) => {
  test.each(hostile)('%s in a field or a message does not get out', (_name, text, character) => {
    const lines = written(format, (logger) => logger.info({ topic: text, [text]: 1 }, text));
    expect(lines.replace(/\n$/, '')).not.toContain(character);
    expect(lines).toContain('a\\');
  });

  test('secrets are redacted at any depth', () => {
    const fields = {
      sasl: { username: 'u', password: 'hunter2' },
      list: [{ deeper: { bearerToken: 'hunter2', Authorization: 'hunter2' } }],
      headers: new Map([['Cookie', 'hunter2']]),
      err: Object.assign(new Error('x'), { cause: { clientSecret: 'hunter2' } }),
    };
    expect(written(format, (logger) => logger.warn(fields, 'm'))).not.toContain('hunter2');
  });

  test('bytes are never written out', () => {
    const lines = written(format, (logger) => logger.warn({ key: Buffer.from('hunter2') }, 'm'));
    expect(lines).toContain('7 bytes');
    expect(lines).not.toContain('hunter2');
    expect(lines).not.toContain('104');
  });

  test('less than the level is not written', () => {
    expect(written(format, (logger) => logger.debug({}, 'm'))).toBe('');
  });
});

test('a line of JSON has its level by name, an ISO time and the fields', () => {
  const line = written('json', (logger) =>
    logger.error({ topic: 'flows', partition: 0 }, 'stopped'),
  );
  expect(JSON.parse(line)).toEqual({
    level: 'error',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
    topic: 'flows',
    partition: 0,
    message: 'stopped',
  });
});

test('escapes in JSON mean the characters they stand for', () => {
  const line = written('json', (logger) => logger.info({ topic: 'a\u202eb' }, 'm'));
  expect(JSON.parse(line)).toMatchObject({ topic: 'a\u202eb' });
});

test('an error is its message and its causes', () => {
  const err = new Error('cannot join', { cause: new Error('refused') });
  const line = written('json', (logger) => logger.error({ err }, 'm'));
  expect(JSON.parse(line)).toMatchObject({
    err: { type: 'Error', message: 'cannot join', cause: { message: 'refused' } },
  });
  expect(line).not.toContain('logger.test.ts');
});

test('a field that never ends is cut', () => {
  const loop: Record<string, unknown> = { text: 'x'.repeat(100_000) };
  loop['loop'] = loop;
  const line = written('json', (logger) => logger.info({ loop }, 'm'));
  expect(line.length).toBeLessThan(20_000);
});

test('colour only where it is wanted', () => {
  const plain = written('text', (logger) => logger.info({}, 'm'));
  expect(plain).not.toContain('\u001b');
  const coloured = written('text', (logger) => logger.info({}, 'm'), true);
  expect(coloured).toContain('\u001b');
});

test('per-record warnings are limited by kind, and what was left out is told', () => {
  const clock = new StoppedClock();
  const lines: object[] = [];
  const logger = { warn: (fields: object) => lines.push(fields) } as unknown as Logger;
  const log = new RateLimitedLog({ logger, clock, linesPerMinute: 2 });
  for (let offset = 0; offset < 5; offset += 1) log.warn('too_deep', { offset }, 'm');
  log.warn('truncated', { offset: 5 }, 'm');
  clock.ms += 60_000;
  log.warn('too_deep', { offset: 6 }, 'm');
  expect(lines).toEqual([
    { offset: 0 },
    { offset: 1 },
    { offset: 5 },
    { offset: 6, left_out_before: 3 },
  ]);
});
