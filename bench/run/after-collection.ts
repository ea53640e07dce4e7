// Loaded before a stage whose memory is watched: now and then everything that nobody holds is collected, and
// what is left is written down as a line of its own.
import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import type { Held } from './held.ts';

const everyMs = 2000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();

setInterval(() => {
  const delayMs = { p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 };
  collect();
  // What the collection took is not the stage's.
  delay.reset();
  const { heapUsed, external, rss } = process.memoryUsage();
  const held: Held = {
    heapBytes: heapUsed,
    externalBytes: external,
    rssBytes: rss,
    handles: process.getActiveResourcesInfo().length,
    files: readdirSync('/proc/self/fd').length,
    delayMsP99: delayMs.p99,
    delayMsMax: delayMs.max,
  };
  process.stderr.write(`${JSON.stringify({ held })}\n`);
}, everyMs).unref();
