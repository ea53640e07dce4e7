import { setTimeout as sleep } from 'node:timers/promises';

import { testClient } from '../../test/support/broker/topics.ts';
import type { ClientProcess } from './client-process.ts';
import { processUsage } from './process-usage.ts';
import { recordsIn } from './records-in.ts';

/** How far a client had come at one moment. */
interface Sample {
  readonly atMs: number;
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  /** Records in the output topic. */
  readonly written: number;
}

/** A client while it was busy. */
export interface Pace {
  readonly recordsPerSecond: number;
  readonly cpuSecondsPerMillion: number;
  readonly rssBytesMax: number;
}

const pollMs = 50;
const timeoutMs = 900_000;
/** Ten of the steps that the kernel counts in. */
const cpuSecondsMin = 0.1;

/** What is looked at of a client that writes. */
export interface Watched {
  readonly client: Pick<ClientProcess, 'pid' | 'assertAlive'>;
  readonly bootstrap: string;
  readonly topic: string;
  /** Start, connections, compilation of hot code and all that is remembered come before this record. */
  readonly from: number;
  /** The end of the watch. */
  readonly to: number;
}

/**
 * Watches a client, from outside, until it has written `to` records, and says how fast it was: by
 * what lies in the topic and what the system counts, so that all clients are measured alike.
 */
export async function watch({ client, bootstrap, topic, from, to }: Watched): Promise<Pace> {
  const admin = testClient(bootstrap).admin();
  await admin.connect();
  const deadline = performance.now() + timeoutMs;
  const samples: Sample[] = [];
  try {
    for (;;) {
      client.assertAlive();
      const written = await recordsIn(admin, topic);
      samples.push({ atMs: performance.now(), ...processUsage(client.pid), written });
      if (written >= to) return paceOf(samples, from, to);
      if (performance.now() > deadline) throw new Error(`${written} records after a quarter hour`);
      await sleep(pollMs);
    }
  } finally {
    await admin.disconnect();
  }
}

/** From the end of the warm-up to the last look at a client that was still busy. */
function paceOf(samples: readonly Sample[], from: number, to: number): Pace {
  const busy = samples.filter(({ written }) => written > from && written < to);
  const spent = (busy.at(-1)?.cpuSeconds ?? 0) - (busy[0]?.cpuSeconds ?? 0);
  // Too short a run to see anything of it while it was busy: its start counts too.
  const seen = spent > cpuSecondsMin ? busy : samples;
  const [first, last] = [seen[0]!, seen.at(-1)!];
  const done = last.written - first.written;
  return {
    recordsPerSecond: (1000 * done) / (last.atMs - first.atMs),
    cpuSecondsPerMillion: (1e6 * (last.cpuSeconds - first.cpuSeconds)) / done,
    rssBytesMax: Math.max(...samples.map(({ rssBytes }) => rssBytes)),
  };
}
