import { describe, expect, test } from 'vitest';
import { checkWorlds, type FileResult } from '../conformance/check-worlds.ts';
import { worldFiles, worldRows } from '../conformance/world-rows.ts';
import { flowJudge } from './support/flow-judge.ts';

describe.each(['enforcement', 'calico'] as const)('connections with all they have, %s', (mode) => {
  test.each(worldFiles)("%s: verdicts, traces and flips are Calico's", (file) => {
    const result = checkWorlds(file, mode, flowJudge);
    expect(result.total).toBeGreaterThan(400);
    expect(result.failures.filter((failure) => isFlow(file, failure))).toEqual([]);
  });
});

/** Not a record's: pods that are no endpoints, and policies that vanished from a store. */
function isFlow(file: string, { world, expected }: FileResult['failures'][number]): boolean {
  const isLost = worldRows(file).some(({ id, storeMissing }) => id === world && storeMissing);
  return !isLost && expected.pending !== 'no such endpoint';
}
