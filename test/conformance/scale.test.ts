// The answers hold at size: worlds of up to 5,000 policies and 10,000 pods, with 20,000 flows each.
import { expect, test } from 'vitest';
import { checkScale } from './check-scale.ts';
import { indexJudge } from './index-judge.ts';
import { scaleWorlds } from './scale-rows.ts';

test.each(scaleWorlds)('a world of %i policies', { timeout: 60_000 }, (policies) => {
  const { total, failures } = checkScale(policies, indexJudge);
  expect(failures.slice(0, 3)).toEqual([]);
  expect(total).toBe(20_000);
});
