import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where and by what a figure was measured, a line each: nobody can compare it without. */
export function provenance(): string[] {
  const { model = 'unknown' } = cpus()[0] ?? {};
  const gib = Math.round(totalmem() / 1024 ** 3);
  return [
    `command: node ${process.argv
      .slice(1)
      .map((arg) => arg.replace(root, ''))
      .join(' ')}`,
    `commit: ${commit()}`,
    `machine: ${cpus().length} × ${model}, ${gib} GiB, ${process.platform} ${release()}`,
    `runtime: Node ${process.versions.node}`,
    `load average at the end: ${loadText()}`,
  ];
}

/** Over 1, 5 and 15 minutes. */
export function loadText(): string {
  return loadavg()
    .map((load) => load.toFixed(1))
    .join(', ');
}

function commit(): string {
  try {
    const changed = git('status', '--porcelain', '--', 'src', 'bench') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? ', with changes' : ''}`;
  } catch {
    return 'unknown';
  }
}

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
}
