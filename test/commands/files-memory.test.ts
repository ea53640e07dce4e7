// Memory does not grow with the flows of a file, be every one of them another: of what is remembered there is a bound.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { databasePolicy } from '../support/database-policy.ts';
import { goldmaneRecord, workload } from '../support/flow-record.ts';

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rehearsal-memory-'));
/** Says, as it ends, what the process has held at most, in KiB. */
const usage =
  "import{writeSync}from'node:fs';process.on('exit',()=>writeSync(2,`\\n${process.resourceUsage().maxRSS}`))";
/** The smaller one is beyond `limits.reportGroups` already. */
const [few, many] = [50_000, 200_000];

beforeAll(() => {
  writeFileSync(join(folder, 'policy.yaml'), databasePolicy);
  for (const flows of [few, many]) {
    const lines = Array.from({ length: flows }, (_, flow) => recordOf(flow));
    writeFileSync(join(folder, `${flows}.ndjson`), lines.join(''));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Each between a pair of workloads of its own. */
function recordOf(flow: number): string {
  const source = { ...workload('role=backend'), name: `job-of-somebody-${flow}-*` };
  const dest = { ...workload('role=database'), name: `database-of-somebody-${flow}-*`, port: 6379 };
  return `${goldmaneRecord({ reporter: 'Dst', source, dest })}\n`;
}

/** In MB. */
function heldAtMost(command: string, flows: number, ...options: readonly string[]): number {
  const preload = `data:text/javascript,${encodeURIComponent(usage)}`;
  const args = ['--import', preload, cli, command, '--policies', join(folder, 'policy.yaml')];
  const { status, stderr } = spawnSync(
    process.execPath,
    [...args, ...options, join(folder, `${flows}.ndjson`)],
    { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`it ended with ${status}: ${stderr}`);
  return (Number(stderr.split('\n').at(-1)) * 1024) / 1e6;
}

describe.each(['evaluate', 'preview'])('%s', (command) => {
  test('holds no more of four times as many flows, once it remembers as many as it may', () => {
    const bounded = ['--set', 'limits.memoDecisions=5000'];
    const [less, more] = [few, many].map((flows) => heldAtMost(command, flows, ...bounded));
    console.info(`${command}: ${less} MB of ${few} flows, ${more} MB of ${many}`);
    // Less than half a kilobyte for each flow more.
    expect(more! - less!).toBeLessThan(70);
  });

  test('holds less than 300 MB of two hundred thousand flows by default', () => {
    const held = heldAtMost(command, many);
    console.info(`${command}: ${held} MB of ${many} flows, all remembered`);
    expect(held).toBeLessThan(300);
  });
});
