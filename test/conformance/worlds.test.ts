// The worlds of the conformance data, with the answers of Calico's own code: the compiled index gives
// all of them, and so does the slow evaluator that the index is compared with elsewhere.
import { describe, expect, test } from 'vitest';
import { checkWorlds } from './check-worlds.ts';
import { indexJudge } from './index-judge.ts';
import { oracleJudge } from './oracle-judge.ts';
import { worldFiles } from './world-rows.ts';

describe.each([
  ['the compiled index', indexJudge],
  ['the slow evaluator', oracleJudge],
])('%s', (_name, judge) => {
  test.each(worldFiles)('%s', (file) => {
    for (const mode of ['calico', 'enforcement'] as const) {
      const { total, failures } = checkWorlds(file, mode, judge);
      expect(failures).toEqual([]);
      expect(total).toBeGreaterThan(400);
    }
  });
});
