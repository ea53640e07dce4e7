import { spawn } from 'node:child_process';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createLogger } from '../../src/telemetry/logger.ts';

/** Takes nothing until it is told to. */
class StalledReader extends Writable {
  text = '';
  #done: (() => void) | null = null;

  override _write(chunk: Buffer, _encoding: unknown, done: () => void): void {
    this.text += chunk.toString();
    this.#done = done;
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    for (const { chunk } of chunks) this.text += chunk.toString();
    done();
  }

  resume(): void {
    this.#done?.();
  }
}

test('lines that a slow reader does not take are lost and counted, and how many is told', async () => {
  const destination = new StalledReader();
  let lost = 0;
  const logger = createLogger({
    level: 'info',
    format: 'json',
    isColoured: false,
    destination,
    limits: { logBytes: 10_000 },
    onLost: () => (lost += 1),
  });
  for (let line = 0; line < 1000; line += 1) logger.info({ line }, 'something');
  expect(destination.writableLength).toBeLessThanOrEqual(10_000);
  expect(lost).toBeGreaterThan(500);
  destination.resume();
  await new Promise(setImmediate);
  logger.info({}, 'afterwards');
  destination.resume();
  await new Promise(setImmediate);
  const lines = destination.text.trim().split('\n').slice(-2);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { level: 'warn', lines: lost, message: 'lines of the log were lost: nobody took them' },
    { message: 'afterwards' },
  ]);
});

test('a destination that fails ends nothing and its lines are counted', async () => {
  const destination = new Writable({
    write: (_chunk, _encoding, done) => done(new Error('ENOSPC')),
  });
  let lost = 0;
  const onLost = () => (lost += 1);
  const logger = createLogger({
    level: 'info',
    format: 'json',
    isColoured: false,
    destination,
    onLost,
  });
  logger.info({}, 'first');
  await new Promise(setImmediate);
  for (let line = 0; line < 10; line += 1) logger.info({}, 'more');
  expect(lost).toBe(11);
});

/** Logs 5 MB to its standard error and says on its standard output how long it was held up at most. */
const program = `
import { createLogger } from '${fileURLToPath(new URL('../../src/telemetry/logger.ts', import.meta.url))}';
let lost = 0, heldUp = 0, last = performance.now();
setInterval(() => { heldUp = Math.max(heldUp, performance.now() - last); last = performance.now(); }, 5);
const logger = createLogger({ level: 'info', format: 'json', isColoured: false, destination: process.stderr, onLost: () => { lost += 1; } });
let sent = 0;
const timer = setInterval(() => {
  for (let i = 0; i < 100; i += 1) logger.info({ text: 'x'.repeat(500) }, 'line');
  if ((sent += 100) < 10_000) return;
  clearInterval(timer);
  process.stdout.write(JSON.stringify({ lost, heldUp }), () => process.exit(0));
}, 5);
`;

test.each([
  ['a pipe that nobody reads', 'unread'],
  ['a pipe that is closed', 'closed'],
  ['a full disk', 'full'],
] as const)('%s does not hold up or end the process', async (_name, kind) => {
  const run = ['--input-type=module', '--eval', program];
  const stdio: ('pipe' | 'ignore')[] = ['ignore', 'pipe', 'pipe'];
  const child =
    kind === 'full'
      ? spawn('sh', ['-c', 'exec "$0" "$@" 2>/dev/full', process.execPath, ...run], { stdio })
      : spawn(process.execPath, run, { stdio });
  if (kind === 'closed') child.stderr?.destroy();
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on('exit', resolve);
  expect(await promise).toBe(0);
  const { lost, heldUp } = JSON.parse(said) as { lost: number; heldUp: number };
  expect(lost).toBeGreaterThan(5000);
  // A write that waits for a reader who never comes would wait for ever.
  expect(heldUp).toBeLessThan(20_000);
});
