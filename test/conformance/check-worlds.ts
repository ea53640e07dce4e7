import type { PolicyMode } from '../../src/policy/actions.ts';
import { checkRows, type FileResult } from './file-result.ts';
import {
  expectedAnswer,
  worldRows,
  type FlowAnswer,
  type FlowRow,
  type WorldRow,
} from './world-rows.ts';

/** Somebody who answers the flows of worlds. */
export interface Judge {
  readonly name: string;
  /** Whether it can answer the flows of this world at all. */
  readonly takes: (world: WorldRow) => boolean;
  readonly judge: (world: WorldRow, mode: PolicyMode) => (flow: FlowRow) => FlowAnswer;
}

/** Compares a judge's answers with the binding ones of a file, in one mode. */
export function checkWorlds(file: string, mode: PolicyMode, judge: Judge): FileResult {
  const results = worldRows(file)
    .filter((world) => world.modes.includes(mode) && judge.takes(world))
    .map((world) => checkWorld(world, mode, judge));
  return {
    total: results.reduce((sum, { total }) => sum + total, 0),
    failures: results.flatMap(({ failures }) => failures),
  };
}

/** Compares a judge's answers with the binding ones of a world, in one mode. */
export function checkWorld(world: WorldRow, mode: PolicyMode, judge: Judge): FileResult {
  let answer: ((flow: FlowRow) => FlowAnswer) | undefined;
  return checkRows(world.flows, {
    name: (_flow, index) => `${world.id} flow ${index}`,
    expected: (flow) => expectedAnswer(flow, mode),
    actual: (flow) => (answer ??= judge.judge(world, mode))(flow),
  });
}
