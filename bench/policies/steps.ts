import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Row } from '../run/rows.ts';
import { under } from './targets.ts';

/** The steps from text to index, by what a figure calls them. */
export const steps = {
  compile: 'compile from decoded documents',
  json: 'read from JSON',
  yaml: 'read from YAML',
} as const;

export type StepName = keyof typeof steps;

/** What a step took of a process that did nothing before. */
export interface Cost {
  /** All threads, those that collect garbage and optimise code included. */
  readonly cpuMs: number;
  /** By how much the process grew at most; what of it stays. */
  readonly peakBytes: number;
  readonly keptBytes: number;
}

const MIB = 1024 * 1024;

/** The cost of each step for the policies and pods of a big world, each the best of `runs` processes. */
export function stepRows(policies: 100 | 1000 | 5000, runs: number): Row[] {
  const costs = (step: StepName) =>
    bestCost(Array.from({ length: runs }, () => run(step, policies)));
  const compile = costs('compile');
  const name = `scale ${policies}: ${steps.compile}`;
  return [
    under(2000, { name, unit: 'ms', value: compile.cpuMs }),
    under(300, { name: `${name}, growth at most`, unit: 'MiB', value: compile.peakBytes / MIB }),
    { name: `${name}, kept`, unit: 'MiB', value: compile.keptBytes / MIB, better: 'less' },
    ...(['json', 'yaml'] as const).map((step): Row => ({
      name: `scale ${policies}: ${steps[step]}`,
      unit: 'ms',
      value: costs(step).cpuMs,
      better: 'less',
    })),
  ];
}

function run(step: StepName, policies: number): Cost {
  const program = fileURLToPath(new URL('fresh.ts', import.meta.url));
  const args = ['--expose-gc', program, step, String(policies)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Cost;
}

function bestCost(costs: readonly Cost[]): Cost {
  const least = (of: (cost: Cost) => number) => Math.min(...costs.map(of));
  return {
    cpuMs: least(({ cpuMs }) => cpuMs),
    peakBytes: least(({ peakBytes }) => peakBytes),
    keptBytes: least(({ keptBytes }) => keptBytes),
  };
}
