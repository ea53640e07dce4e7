import { stat } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import type { Clock } from '../../stage/ports.ts';

/** Shows how far reading has come. */
export interface Progress {
  /** What is read from now on. */
  begin(path: string): void;
  add(records: number, bytes: number): void;
  end(): void;
}

/** For whoever does not watch. */
export const noProgress: Progress = { begin: () => {}, add: () => {}, end: () => {} };

const REDRAW_MS = 100;
const BAR_WIDTH = 24;

/** One line on a terminal, drawn over and over, and gone at the end. */
export async function terminalProgress(
  paths: readonly string[],
  stderr: Writable,
  clock: Clock,
): Promise<Progress> {
  const wholeBytes = await wholeSize(paths);
  const startMs = clock.monotonicMs();
  let file = '';
  let flows = 0;
  let bytes = 0;
  let drawnMs = -Infinity;
  const draw = (nowMs: number): void => {
    drawnMs = nowMs;
    const rate = Math.round((1000 * flows) / Math.max(1, nowMs - startMs));
    const bar = wholeBytes === null ? '' : `${barOf(bytes / wholeBytes)} `;
    stderr.write(`\r\u001B[K${bar}${flows} records, ${rate}/s, ${file.slice(-40)}`);
  };
  return {
    begin: (path) => (file = path === '-' ? 'stdin' : path.replaceAll(/[^\x20-\x7e]/g, '?')),
    add: (records, ofBytes) => {
      flows += records;
      bytes += ofBytes;
      const nowMs = clock.monotonicMs();
      if (nowMs - drawnMs >= REDRAW_MS) draw(nowMs);
    },
    end: () => stderr.write('\r\u001B[K'),
  };
}

function barOf(share: number): string {
  const full = Math.round(BAR_WIDTH * Math.min(1, share));
  return `[${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}]`;
}

/** `null` where it cannot be known: a pipe, or something packed. */
async function wholeSize(paths: readonly string[]): Promise<number | null> {
  if (paths.some((path) => /\.(gz|zst)$|^-$/.test(path))) return null;
  const sizes = await Promise.all(
    paths.map(async (path) =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return Math.max(
    1,
    sizes.reduce((sum, size) => sum + size, 0),
  );
}
