import { setTimeout as sleep } from 'node:timers/promises';

import { testClient } from '../../test/support/broker/topics.ts';
import { processUsage } from './process-usage.ts';

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
const timeoutMs = 600_000;
/** Start, connections and compilation of hot code happen before this share of the records. */
const warmUpShare = 0.2;

/**
 * Watches a client, from outside, until it has written `records` records, and says how fast it was:
 * by what lies in the topic and what the system counts, so that all clients are measured alike.
 */
export async function watch(
  pid: number,
  output: { readonly bootstrap: string; readonly topic: string; readonly records: number },
): Promise<Pace> {
  const admin = testClient(output.bootstrap).admin();
  await admin.connect();
  const deadline = performance.now() + timeoutMs;
  const samples: Sample[] = [];
  try {
    for (;;) {
      const offsets = await admin.fetchTopicOffsets(output.topic);
      const written = offsets.reduce((total, { high }) => total + Number(high), 0);
      samples.push({ atMs: performance.now(), ...processUsage(pid), written });
      if (written >= output.records) return paceOf(samples, output.records);
      if (performance.now() > deadline) throw new Error(`${written} records after ten minutes`);
      await sleep(pollMs);
    }
  } finally {
    await admin.disconnect();
  }
}

/** From the end of the warm-up to the last look at a client that was still busy. */
function paceOf(samples: readonly Sample[], records: number): Pace {
  const busy = samples.filter(
    ({ written }) => written > warmUpShare * records && written < records,
  );
  // Too short a run to look at it twice while it was busy: its start counts too.
  const [first, last] =
    busy.length >= 2 ? [busy[0]!, busy.at(-1)!] : [samples[0]!, samples.at(-1)!];
  const done = last.written - first.written;
  return {
    recordsPerSecond: (1000 * done) / (last.atMs - first.atMs),
    cpuSecondsPerMillion: (1e6 * (last.cpuSeconds - first.cpuSeconds)) / done,
    rssBytesMax: Math.max(...samples.map(({ rssBytes }) => rssBytes)),
  };
}
