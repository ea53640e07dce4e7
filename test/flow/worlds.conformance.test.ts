import { describe, expect, test } from 'vitest';
import { checkWorlds } from '../conformance/check-worlds.ts';
import { worldFiles } from '../conformance/world-rows.ts';
import { flowJudge } from './support/flow-judge.ts';

describe.each(['enforcement', 'calico'] as const)('connections with all they have, %s', (mode) => {
  test.each(worldFiles)("%s: verdicts, traces and flips are Calico's", (file) => {
    const result = checkWorlds(file, mode, flowJudge);
    expect(result.total).toBeGreaterThan(400);
    expect(result.failures).toEqual([]);
  });
});
