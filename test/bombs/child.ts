// Lets off every bomb in turn, in a process of little memory, and says what became of each: one JSON
// object a line. The way is that of the stage: fetched bytes, batches, records, the judge.
import { fileURLToPath } from 'node:url';

import { createJudge } from '../../src/commands/run/judge.ts';
import { readConfig } from '../../src/commands/config/read-config.ts';
import { readBatches } from '../../src/kafka/wire/read-batches.ts';
import { compilePolicies } from '../../src/live/compile.ts';
import { readPaths } from '../../src/live/read-paths.ts';
import { PolicyIndex } from '../../src/policy/index/policy-index.ts';
import type { BatchJudge, JudgedBatch } from '../../src/stage/ports.ts';
import { bombs, type Bomb } from './table.ts';

/** What became of a bomb. */
export interface Report {
  readonly name: string;
  /** Of processor time: others may use the machine too. */
  readonly ms: number;
  /** How often each outcome came. */
  readonly outcomes: Readonly<Record<string, number>>;
}

async function main(): Promise<void> {
  const judge = await realJudge();
  for (const bomb of bombs) process.stdout.write(`${JSON.stringify(await letOff(bomb, judge))}\n`);
}

async function letOff({ name, make }: Bomb, judge: BatchJudge): Promise<Report> {
  const bytes = await make();
  const { config } = await defaults;
  const outcomes: Record<string, number> = {};
  // What is packed may be unpacked by other threads.
  const reading = process.cpuUsage();
  const batches = await readBatches(bytes, [], { ...config.limits, isGivenUp: () => true });
  const read = process.cpuUsage(reading);
  const judging = process.threadCpuUsage();
  for (const { records } of batches) {
    const judged = judge({ topic: 'flows', partition: 0, highWatermark: 0, records }, 0);
    for (const outcome of outcomesOf(judged)) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    judged.release?.();
  }
  const { user, system } = process.threadCpuUsage(judging);
  return { name, ms: Math.round((read.user + read.system + user + system) / 1000), outcomes };
}

function* outcomesOf({ outputs, deadLetters }: JudgedBatch): Generator<string> {
  for (const { value } of outputs) yield value === null ? 'passed' : 'judged';
  for (const { reason, record } of deadLetters) {
    const message = record.headers.find(([header]) => header === 'error-message')?.[1];
    yield `${reason}: ${Buffer.from(message ?? []).toString()}`;
  }
}

const defaults = readConfig({ flags: [], environment: {}, file: undefined, isTerminal: false });

async function realJudge(): Promise<BatchJudge> {
  const { config } = await defaults;
  const folder = new URL('../../examples/staging-guide/policies', import.meta.url);
  const { texts } = await readPaths([fileURLToPath(folder)], config.limits);
  const outcome = compilePolicies(texts, config.policies);
  if (outcome.status === 'refused') throw new Error('the example is refused');
  const index = new PolicyIndex(outcome.policies.tables);
  return createJudge(index, config, { version: '0', cells: null });
}

await main();
