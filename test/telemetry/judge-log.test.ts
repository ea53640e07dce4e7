import { expect, test } from 'vitest';
import type { DeadLetterReason } from '../../src/flow/reasons.ts';
import type { Logger } from '../../src/stage/logger.ts';
import type { BatchJudge, DeadLetter, JudgedBatch } from '../../src/stage/ports.ts';
import { packRecords } from '../../src/stage/records/output-records.ts';
import { Tally } from '../../src/stage/tally.ts';
import { logJudged } from '../../src/telemetry/judge-log.ts';
import { RateLimitedLog } from '../../src/telemetry/rate-limited-log.ts';
import { aCountable, StoppedClock } from './support.ts';

const batch = { topic: 'flows', partition: 3, records: [], highWatermark: 0 };

function deadLetter(offset: number, reason: DeadLetterReason): DeadLetter {
  const value = Buffer.from('hunter2');
  const record = { timestampMs: 0, key: null, value, headers: [] };
  return { offset, index: null, reason, value, record };
}

/** A judge that always says the same, and the log of it. */
function logged(judged: JudgedBatch) {
  const lines: unknown[] = [];
  const write = (fields: object, message: string) => lines.push({ ...fields, message });
  const logger: Logger = { debug: write, info: write, warn: write, error: write };
  const rateLimited = new RateLimitedLog({ logger, clock: new StoppedClock(), linesPerMinute: 2 });
  const current: BatchJudge = () => judged;
  return { lines, judge: logJudged({ judge: { current }, logger, rateLimited }) };
}

test('a dialect is announced once a topic', () => {
  const tally = new Tally();
  tally.judged(aCountable([]), { connections: 1, bytes: 1, eventMs: null });
  const { lines, judge } = logged({ outputs: packRecords([]), deadLetters: [], tally });
  judge.current(batch, 0);
  judge.current(batch, 0);
  judge.current({ ...batch, topic: 'others' }, 0);
  expect(lines).toMatchObject([
    { topic: 'flows', dialect: 'goldmane-go' },
    { topic: 'others', dialect: 'goldmane-go' },
  ]);
});

test('records that cannot be judged are named, a few a minute, never shown', () => {
  const deadLetters = [0, 1, 2].map((offset) => deadLetter(offset, 'too_deep'));
  const judged = {
    outputs: packRecords([]),
    deadLetters: [...deadLetters, deadLetter(9, 'truncated')],
    tally: new Tally(),
  };
  const { lines, judge } = logged(judged);
  expect(judge.current(batch, 0)).toBe(judged);
  expect(lines).toMatchObject([
    { topic: 'flows', partition: 3, offset: 0, reason: 'too_deep' },
    { topic: 'flows', partition: 3, offset: 1, reason: 'too_deep' },
    { topic: 'flows', partition: 3, offset: 9, reason: 'truncated' },
  ]);
  expect(JSON.stringify(lines)).not.toContain('hunter2');
});
