// Preloaded into a command that reads a file: `SAMPLED_FILE` names it, `SAMPLED_FROM` is where records begin whose flows
// have all been met. Prints, as it ends, a `Sampled` as the last line of stderr.
import { readdirSync, readFileSync, readlinkSync, writeSync } from 'node:fs';

/** What a command took, from the kernel. */
export interface Sampled {
  /** CPU of the whole process. */
  readonly cpuSeconds: number;
  readonly rssBytesMax: number;
  /** CPU between two places of the file, and how many bytes lie between them. */
  readonly known: { readonly cpuSeconds: number; readonly bytes: number };
}

interface Sample {
  readonly at: number;
  readonly cpuSeconds: number;
}

const path = process.env['SAMPLED_FILE'] ?? '';
const from = Number(process.env['SAMPLED_FROM'] ?? 0);
let first: Sample | null = null;
let last: Sample | null = null;
let descriptor: string | null = null;

setInterval(() => {
  const at = position();
  if (at === null || at < from) return;
  const sample = { at, cpuSeconds: cpuSeconds() };
  first ??= sample;
  last = sample;
}, 20).unref();

process.on('exit', () => {
  const bytes = (last?.at ?? 0) - (first?.at ?? 0);
  const known = { cpuSeconds: (last?.cpuSeconds ?? 0) - (first?.cpuSeconds ?? 0), bytes };
  const rssBytesMax = process.resourceUsage().maxRSS * 1024;
  const sampled: Sampled = { cpuSeconds: cpuSeconds(), rssBytesMax, known };
  writeSync(2, `\n${JSON.stringify(sampled)}`);
});

/** How far the file has been read; `null` = it is not open. */
function position(): number | null {
  try {
    descriptor ??= readdirSync('/proc/self/fd').find((fd) => linkOf(fd) === path) ?? null;
    if (descriptor === null) return null;
    const at = /^pos:\s+(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))?.[1];
    return linkOf(descriptor) === path ? Number(at) : null;
  } catch {
    return null;
  }
}

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
