import type { Batch } from '../../stage/ports.ts';
import { CodedError } from '../../std/coded-error.ts';
import { readTopic, sourceOf, type ReadTopicOptions } from '../topic/read-topic.ts';
import type { FoundRecord } from './read-flows.ts';
import type { TopicPlace } from './topic-place.ts';

/**
 * One record of a topic, and the schemas that it names.
 * @throws CodedError `input/no-such-record`, or as `readTopic`
 */
export async function recordInTopic(
  place: TopicPlace,
  options: Omit<ReadTopicOptions, 'take' | 'gap'>,
): Promise<FoundRecord> {
  const { topic, offset } = place;
  const source = sourceOf(place, offset);
  let found: FoundRecord | null = null;
  const take: ReadTopicOptions['take'] = (batch, schemas) => {
    const records = [...batch.records].filter((record) => record.offset === offset);
    const only: Batch = { ...batch, records };
    if (records.length > 0) found = { source, batch: only, schemas };
  };
  await readTopic(topic, { only: place }, { ...options, take, gap: () => {} });
  if (found !== null) return found;
  throw new CodedError(
    'input/no-such-record',
    `\`${source}\` holds no record: it was deleted or compacted away, or belongs to Kafka itself`,
  );
}
