// Hot: measured by `npm run bench`.
import {
  type ConsumerGroup,
  consumerGroupPrototype,
  type FetchedBatch,
  type OffsetManager,
} from './internals.ts';
import { once } from '../std/once.ts';
import { placeOf } from './delivery.ts';
import { FetchSize, hasMessages } from './fetch-size.ts';
import { giveBackFrames } from './wire/held-frames.ts';

/** A fetch that is under way while what came before it is worked on. */
interface Ahead {
  /** Whose offsets it went by: those of another generation are no longer ours. */
  readonly offsets: OffsetManager;
  readonly answer: Promise<readonly FetchedBatch[]>;
}

interface Fetching {
  readonly size: FetchSize;
  /** By broker. */
  readonly ahead: Map<string, Ahead>;
}

const all = new WeakMap<ConsumerGroup, Fetching>();

/**
 * kafkajs asks a broker for more only when all that it sent has been worked on, so that one of the two always waits for
 * the other. Here the next answer is asked for as soon as one has come, from behind what that one holds; one such
 * answer a broker waits at most. It counts for nothing unless all before it was done: whatever does not begin where its
 * partition is to go on is dropped and fetched again. Errors are for when the answer is wanted.
 */
export const mendFetches = once((): void => {
  const group = consumerGroupPrototype();
  const { fetch } = group;
  group.fetch = async function fetchAhead(nodeId): Promise<readonly FetchedBatch[]> {
    const { size, ahead } = fetchingOf(this);
    const offsets = this.offsetManager;
    const ask = async (batches: readonly FetchedBatch[]): Ahead['answer'] =>
      fetch.call(inherit(this, { ...bounds(this, size), ...behind(offsets, batches) }), nodeId);
    const waiting = ahead.get(nodeId);
    ahead.delete(nodeId);
    const came = await wanted(this, waiting?.offsets === offsets ? waiting.answer : ask([]));
    size.saw(came);
    // Meanwhile the group may have been joined anew.
    const isCurrent = this.offsetManager === offsets;
    const batches = came.filter((batch) => isCurrent && isNext(offsets, batch));
    for (const batch of came) if (!batches.includes(batch)) giveBackFrames(batch);
    if (batches.some(hasMessages)) {
      const answer = ask(batches);
      answer.catch(() => {});
      ahead.set(nodeId, { offsets, answer });
    }
    return batches;
  };
});

function fetchingOf(group: ConsumerGroup): Fetching {
  const known = all.get(group);
  if (known !== undefined) return known;
  const fetching = { size: new FetchSize(), ahead: new Map<string, Ahead>() };
  all.set(group, fetching);
  return fetching;
}

/** The answer, or what kafkajs makes of its error. */
async function wanted(group: ConsumerGroup, answer: Ahead['answer']): Ahead['answer'] {
  try {
    return await answer;
  } catch (error) {
    await group.recoverFromFetch(error);
    return [];
  }
}

type Bounds = Pick<ConsumerGroup, 'maxBytes' | 'maxBytesPerPartition'>;

function bounds({ maxBytes, maxBytesPerPartition }: ConsumerGroup, size: FetchSize): Bounds {
  return { maxBytes: size.of(maxBytes), maxBytesPerPartition: size.of(maxBytesPerPartition) };
}

type Behind = Pick<ConsumerGroup, 'offsetManager' | 'recoverFromFetch'>;

/** What these batches hold is behind, and errors stay as they are. */
function behind(offsets: OffsetManager, batches: readonly FetchedBatch[]): Behind {
  const places = new Map(
    batches.filter(hasMessages).map((batch) => [placeOf(batch), endOf(batch)]),
  );
  const nextOffset: OffsetManager['nextOffset'] = (topic, partition) =>
    places.get(placeOf({ topic, partition })) ?? offsets.nextOffset(topic, partition);
  return {
    offsetManager: inherit(offsets, { nextOffset }),
    recoverFromFetch: async (error) => {
      throw error;
    },
  };
}

function inherit<Of extends object>(of: Of, own: Partial<Of>): Of {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it lacks it has from `of`
  return Object.assign(Object.create(of), own) as Of;
}

function isNext(offsets: OffsetManager, batch: FetchedBatch): boolean {
  const { topic, partition, fetchedOffset } = batch;
  return offsets.nextOffset(topic, partition).toString() === fetchedOffset;
}

function endOf(batch: FetchedBatch): string {
  return String(Number(batch.lastOffset()) + 1);
}
