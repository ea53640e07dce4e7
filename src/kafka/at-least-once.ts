import type { EachBatchPayload } from 'kafkajs';

import type { StageEvents } from '../stage/ports.ts';
import { batchOf, placeOf, type Delivered, type Delivery, type Work } from './delivery.ts';
import { failpoint } from './failpoints.ts';
import { withHeartbeats } from './heartbeats.ts';
import { recordsOf } from './wire/fetched-message.ts';

/** Commits the offset of a batch after all that follows from it is acknowledged. */
export class AtLeastOnce implements Delivery {
  readonly #events: StageEvents;
  /** Where each partition would go on, if its last commit failed. */
  readonly #uncommitted = new Map<string, number>();

  constructor(events: StageEvents) {
    this.#events = events;
  }

  /** A new generation goes on from what is committed. */
  joined(): void {
    this.#uncommitted.clear();
  }

  /** What is gone is left behind with the next commit. */
  moved(): void {}

  async deliver(payload: EachBatchPayload, { handle, pulse, stop }: Work): Promise<Delivered> {
    // Were a partition to run ahead while commits fail, all of it would come again.
    await this.#commit(payload);
    const records = recordsOf(payload.batch);
    const { lost } = await withHeartbeats(pulse, async (signal) =>
      handle(batchOf(payload, records), AbortSignal.any([signal, stop])),
    );
    const next = Number(payload.batch.lastOffset()) + 1;
    failpoint('after-ack');
    payload.resolveOffset(payload.batch.lastOffset());
    this.#uncommitted.set(placeOf(payload.batch), next);
    await this.#commit(payload);
    failpoint('after-commit');
    return { next, records: records.length, lost };
  }

  async close(): Promise<void> {}

  /** Commits what the partition has been worked on so far, unless that is done. */
  async #commit({ batch, ...payload }: EachBatchPayload): Promise<void> {
    const { topic, partition } = batch;
    const next = this.#uncommitted.get(placeOf(batch));
    if (next === undefined) return;
    try {
      await payload.commitOffsetsIfNecessary({
        topics: [{ topic, partitions: [{ partition, offset: String(next) }] }],
      });
    } catch (error) {
      this.#events.commitFailed();
      throw error;
    }
    this.#uncommitted.delete(placeOf(batch));
  }
}
