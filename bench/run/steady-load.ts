import { setTimeout as sleep } from 'node:timers/promises';

import { testClient } from '../../test/support/broker/topics.ts';
import type { Workload } from '../workload/workload.ts';

export interface SteadyLoadOptions {
  readonly bootstrap: string;
  readonly topic: string;
  readonly partitions: number;
  readonly recordsPerSecond: number;
}

/** A producer at work. */
export interface SteadyLoad {
  /** Ends it, and says how many records there were. */
  stop(): Promise<number>;
}

const tickMs = 25;
/** A request of so many stays below what a broker takes; a load that fell behind catches up slowly. */
const recordsPerRequestMax = 700;

/** Produces records of the workload at an even pace until told to stop. */
export async function steadyLoad(
  workload: Workload,
  options: SteadyLoadOptions,
): Promise<SteadyLoad> {
  const producer = testClient(options.bootstrap).producer();
  await producer.connect();
  const end = new AbortController();
  const work = async (): Promise<number> => {
    const startMs = performance.now();
    let sent = 0;
    for (let turn = 0; !end.signal.aborted; turn++) {
      const due = ((performance.now() - startMs) / 1000) * options.recordsPerSecond;
      const count = Math.min(Math.floor(due) - sent, recordsPerRequestMax);
      const partition = turn % options.partitions;
      const messages = Array.from({ length: count }, () => ({ partition, value: workload.next() }));
      if (count > 0) await producer.send({ topic: options.topic, messages });
      sent += count;
      await sleep(tickMs);
    }
    await producer.disconnect();
    return sent;
  };
  const done = work();
  return {
    stop: () => {
      end.abort();
      return done;
    },
  };
}
