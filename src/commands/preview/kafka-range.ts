import type { BatchJudge } from '../../stage/ports.ts';
import { readTopic, sourceOf, type ReadTopicOptions } from '../topic/read-topic.ts';
import type { Progress } from './progress.ts';
import type { Unread } from '../evaluate/unread.ts';

/** Records of one topic by the time of their messages, ms since 1970. */
export interface TopicRange {
  readonly topic: string;
  /** `null` = from the oldest on. */
  readonly fromMs: number | null;
  /** `null` = to the newest there is when reading begins. */
  readonly toMs: number | null;
}

export interface ReadRangeOptions extends Omit<ReadTopicOptions, 'take' | 'gap'> {
  readonly unread: Unread;
  readonly progress: Progress;
  readonly judge: BatchJudge;
  /** What the records are called that come next, but for their offset. */
  readonly calls: (place: string) => void;
}

/**
 * Judges a range of a topic.
 * @throws CodedError as `readTopic`
 */
export async function readRange(
  { topic, fromMs, toMs }: TopicRange,
  { unread, progress, judge, calls, ...options }: ReadRangeOptions,
): Promise<void> {
  const { clock } = options.surroundings;
  const range = {
    from: fromMs === null ? { fromBeginning: true } : { fromTimestamp: fromMs },
    to: toMs === null ? { fromBeginning: false } : { fromTimestamp: toMs },
  };
  const take: ReadTopicOptions['take'] = (batch, schemas) => {
    calls(sourceOf(batch, ''));
    const { deadLetters } = judge(batch, clock.nowMs(), schemas);
    unread.addAll(deadLetters, (offset) => sourceOf(batch, offset));
    progress.add(batch.records.length, 0);
  };
  const gap: ReadTopicOptions['gap'] = (at, records) => {
    const where = `${at.topic}/${at.partition}`;
    unread.damaged.push(`${records} records of ${where} were deleted before they were read`);
  };
  progress.begin(topic);
  try {
    await readTopic(topic, range, { ...options, take, gap });
  } finally {
    progress.end();
  }
}
