// The hand-made worlds of the conformance data, a test each, so that a mutant ends at the first it fails.
import { describe, expect, test } from 'vitest';
import { checkWorld } from '../conformance/check-worlds.ts';
import { indexJudge } from '../conformance/index-judge.ts';
import { worldRows } from '../conformance/world-rows.ts';

describe.each(['calico', 'enforcement'] as const)('%s mode', (mode) => {
  const worlds = worldRows('cases').filter(
    (world) => world.modes.includes(mode) && indexJudge.takes(world),
  );
  test.each(worlds)('$id', (world) => {
    expect(checkWorld(world, mode, indexJudge).failures).toEqual([]);
  });
});
