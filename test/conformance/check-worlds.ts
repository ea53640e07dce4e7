import type { PolicyMode } from '../../src/policy/actions.ts';
import {
  expectedAnswer,
  worldRows,
  type FlowAnswer,
  type FlowRow,
  type WorldRow,
} from './world-rows.ts';

/** Makes, for one world and mode, somebody who answers flows. */
export type MakeJudge = (world: WorldRow, mode: PolicyMode) => (flow: FlowRow) => FlowAnswer;

export interface FileResult {
  readonly total: number;
  readonly failures: readonly Failure[];
}

export interface Failure {
  readonly world: string;
  readonly flow: number;
  readonly mode: PolicyMode;
  readonly expected: FlowAnswer;
  readonly actual: FlowAnswer | Error;
}

/** Compares a judge's answers with the binding ones of a file, in one mode. */
export function checkWorlds(file: string, mode: PolicyMode, makeJudge: MakeJudge): FileResult {
  const failures: Failure[] = [];
  let total = 0;
  for (const world of worldRows(file).filter(({ modes }) => modes.includes(mode))) {
    const judge = guarded(world, mode, makeJudge);
    for (const [index, flow] of world.flows.entries()) {
      total += 1;
      const [expected, actual] = [expectedAnswer(flow, mode), judge(flow)];
      if (JSON.stringify(expected) === JSON.stringify(actual)) continue;
      failures.push({ world: world.id, flow: index, mode, expected, actual });
    }
  }
  return { total, failures };
}

/** A judge whose exceptions are answers, so that one bad row does not hide the others. */
function guarded(
  world: WorldRow,
  mode: PolicyMode,
  makeJudge: MakeJudge,
): (flow: FlowRow) => FlowAnswer | Error {
  let judge: ((flow: FlowRow) => FlowAnswer) | undefined;
  return (flow) => {
    try {
      judge ??= makeJudge(world, mode);
      return judge(flow);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  };
}
