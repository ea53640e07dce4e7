import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Writable } from 'node:stream';
import { readConfig } from '../../src/commands/config/read-config.ts';
import { createParts } from '../../src/commands/run/parts.ts';
import { scaleWorld, type scaleWorlds } from '../../test/conformance/scale-rows.ts';
import type { Row } from '../run/rows.ts';
import { under } from './targets.ts';

/**
 * How long the loop that consumes records stands still while a changed set of policies is read, compiled
 * beside it and put in force: the longest gap between ticks of 1 ms, and the most CPU time that its own
 * thread took between two ticks (which Linux may count in steps of 4 ms), in the best of `runs` reloads.
 */
export async function reloadRows(
  policies: (typeof scaleWorlds)[number],
  runs: number,
): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-bench-'));
  try {
    const { resources } = scaleWorld(policies);
    const write = (version: number): void => {
      const items = [...resources, policyOf(version)];
      const list = { apiVersion: 'v1', kind: 'List', items };
      writeFileSync(join(folder, 'world.json'), JSON.stringify(list));
    };
    const stage = await policiesOf(folder);
    write(0);
    await stage.read();
    const reloads: Reload[] = [];
    for (let version = 1; version <= runs; version++) {
      write(version);
      reloads.push(await watched(() => stage.read()));
    }
    const best = (figure: (reload: Reload) => number) => Math.min(...reloads.map(figure));
    const name = `scale ${policies}: reload`;
    return [
      under(20, {
        name: `${name}, loop stands still`,
        unit: 'ms',
        value: best(({ gapMs }) => gapMs),
      }),
      {
        name: `${name}, CPU time at one go in the loop`,
        unit: 'ms',
        value: best(({ busyMs }) => busyMs),
        better: 'less',
      },
      { name: `${name}, takes`, unit: 'ms', value: best(({ tookMs }) => tookMs), better: 'less' },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Reload {
  readonly busyMs: number;
  readonly gapMs: number;
  readonly tookMs: number;
}

async function watched(reload: () => Promise<void>): Promise<Reload> {
  const start = performance.now();
  let last = { ms: start, cpuMs: ownCpuMs() };
  let busyMs = 0;
  let gapMs = 0;
  const tick = (): void => {
    const now = { ms: performance.now(), cpuMs: ownCpuMs() };
    busyMs = Math.max(busyMs, now.cpuMs - last.cpuMs);
    gapMs = Math.max(gapMs, now.ms - last.ms);
    last = now;
  };
  const ticker = setInterval(tick, 1);
  await reload();
  const tookMs = performance.now() - start;
  // Whatever the reload has left behind counts, too.
  await new Promise((resolve) => setTimeout(resolve, 100));
  clearInterval(ticker);
  return { busyMs, gapMs, tookMs };
}

function ownCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Changes with every version, and with it the hash that every policy's series carry. */
function policyOf(version: number): object {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'StagedGlobalNetworkPolicy',
    metadata: { name: 'bench' },
    spec: { selector: 'all()', order: version, types: ['Ingress'], ingress: [{ action: 'Allow' }] },
  };
}

async function policiesOf(folder: string) {
  const environment = {
    REHEARSAL_POLICIES_PATHS: folder,
    REHEARSAL_POLICIES_MODE: 'calico',
  };
  const { config } = await readConfig({
    flags: [],
    environment,
    file: undefined,
    isTerminal: false,
  });
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
  const surroundings = {
    stdin: process.stdin,
    stdout: nowhere,
    stderr: nowhere,
    environment,
    clock,
  };
  return createParts(config, { surroundings, isColourWanted: false }).policies;
}
