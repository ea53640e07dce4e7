import { deadLetterReasons } from '../flow/reasons.ts';
import type { Logger } from '../stage/logger.ts';
import type { Batch, BatchJudge, JudgedBatch, JudgeHolder } from '../stage/ports.ts';
import type { RateLimitedLog } from './rate-limited-log.ts';

export interface JudgeLogOptions {
  readonly judge: JudgeHolder;
  readonly logger: Logger;
  readonly rateLimited: RateLimitedLog;
}

/**
 * A judge that says in the log which dialects a topic holds and which records cannot be judged; never
 * what is in them.
 */
export function logJudged({ judge, logger, rateLimited }: JudgeLogOptions): JudgeHolder {
  const announced = new Set<string>();
  const report = ({ topic, partition }: Batch, { tally, deadLetters }: JudgedBatch): void => {
    for (const dialect of tally.dialects) {
      const key = `${topic} ${dialect}`;
      if (announced.has(key)) continue;
      announced.add(key);
      logger.info({ topic, dialect }, 'records of this dialect are being judged');
    }
    for (const { offset, index, reason } of deadLetters) {
      const place = index === null ? { offset } : { offset, index };
      const fields = { topic, partition, ...place, reason };
      rateLimited.warn(reason, fields, `a record cannot be judged: ${deadLetterReasons[reason]}`);
    }
  };
  return {
    get current(): BatchJudge {
      const current = judge.current;
      return (batch, nowMs, schemas) => {
        const judged = current(batch, nowMs, schemas);
        report(batch, judged);
        return judged;
      };
    },
  };
}
