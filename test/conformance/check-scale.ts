import type { Judge } from './check-worlds.ts';
import { checkRows, type FileResult } from './file-result.ts';
import { scaleWorld, type scaleWorlds } from './scale-rows.ts';
import { expectedAnswer } from './world-rows.ts';

/** Compares a judge's traces and verdicts with those of Calico's own code, in a big world. */
export function checkScale(policies: (typeof scaleWorlds)[number], judge: Judge): FileResult {
  const world = scaleWorld(policies);
  const answer = judge.judge(world, 'calico');
  return checkRows(world.flows, {
    name: (_flow, index) => `${world.id} flow ${index}`,
    expected: (flow) => expectedAnswer(flow, 'calico'),
    actual: (flow) => ({ ...answer(flow), flippedBy: [] }),
  });
}
