// Memory does not grow with the input: some hundreds of MB go through, in a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { windowOfRecords } from '../../examples/demo/traffic.ts';

const cli = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const policies = fileURLToPath(new URL('../../examples/shop', import.meta.url));
const MIB = 1024 * 1024;
const totalBytes = 256 * MIB;

/** In MiB, as the kernel has it. */
function residentOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

test('256 MiB of flows leave no trace in memory', { timeout: 300_000 }, async () => {
  const args = [cli, 'preview', '--policies', policies, '--format', 'json', '-'];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const closed = once(child, 'close');
  const resident: number[] = [];
  let [sent, records] = [0, 0];
  for (let endS = 1_793_000_000; sent < totalBytes; endS += 300) {
    const lines = Array.from({ length: 20 }, (_, i) =>
      windowOfRecords(endS + 15 * i, () => 0.5),
    ).flat();
    const chunk = Buffer.from(`${lines.join('\n')}\n`);
    if (!child.stdin.write(chunk)) await once(child.stdin, 'drain');
    sent += chunk.length;
    records += lines.length;
    resident.push(residentOf(child.pid ?? 0));
  }
  child.stdin.end();
  await closed;
  const half = Math.max(...resident.slice(0, resident.length / 2));
  const whole = Math.max(...resident);
  console.info(
    `${records} flows, ${sent / MIB} MiB: ${half} MiB at most in the first half, ${whole} in all`,
  );
  expect((JSON.parse(output) as { flows: { judged: number } }).flows.judged).toBe(records);
  expect(whole).toBeLessThan(300);
  expect(whole - half).toBeLessThan(60);
});
