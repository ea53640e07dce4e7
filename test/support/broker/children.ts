import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/** Keeps the numbers of processes that run; when nobody can write to it any more it kills what is left. */
const script = `
while read -r sign pid; do
  others=
  for each in $all; do [ "$each" = "$pid" ] || others="$others $each"; done
  if [ "$sign" = + ]; then all="$others $pid"; else all=$others; fi
done
for each in $all; do kill -9 "$each"; done
`;

let guardian: ChildProcess | null = null;

/** Sees to it that the process goes when this one does, even if this one is killed and that one stands still. */
export function goesWithUs(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  tell(`+ ${pid}`);
  child.once('exit', () => tell(`- ${pid}`));
}

function tell(line: string): void {
  guardian ??= startGuardian();
  guardian.stdin?.write(`${line}\n`);
}

function startGuardian(): ChildProcess {
  const stdio = ['pipe', 'ignore', 'ignore'] as const;
  // In a group of its own, so that it outlives whatever ends ours.
  const child = spawn('/bin/sh', ['-c', script], { detached: true, stdio: [...stdio] });
  child.unref();
  (child.stdin as Socket).unref();
  // Without it everything works but that.
  child.stdin?.on('error', () => {});
  return child;
}
