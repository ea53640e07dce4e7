import { describe, expect, test } from 'vitest';
import type { Flow } from '../../src/flow/flow.ts';
import { judge } from '../../src/flow/judge.ts';
import type { PolicyMode } from '../../src/policy/actions.ts';
import { compileIndex } from '../../src/policy/index/compile.ts';
import type { PolicyIndex } from '../../src/policy/index/policy-index.ts';

import {
  expectedAnswer,
  resourcesOf,
  worldRows,
  type FlowAnswer,
  type WorldRow,
} from '../conformance/world-rows.ts';
import { losses } from './support/degraded.ts';
import { formatPolicyText as nameOf } from '../../src/policy/policy-text.ts';
import { connectionOf } from './support/flow-judge.ts';

/** Kinds of manifests that a user may not have loaded. */
const loads = [
  { loaded: 'everything', mode: 'enforcement', without: /^$/ },
  { loaded: 'no pods', mode: 'enforcement', without: /^Pod$/ },
  { loaded: 'no namespaces', mode: 'enforcement', without: /^(Namespace|ServiceAccount)$/ },
  { loaded: 'no services', mode: 'enforcement', without: /^EndpointSlice$/ },
  { loaded: 'policies', mode: 'enforcement', without: /^(?!.*Policy$|Tier$)/ },
  { loaded: 'everything', mode: 'calico', without: /^$/ },
  { loaded: 'policies', mode: 'calico', without: /^(?!.*Policy$|Tier$)/ },
] as const;

describe.each(loads)('$mode, $loaded loaded', ({ mode, without }) => {
  const judged = worldRows('worlds/worlds-03').flatMap((world) => judgeWorld(world, mode, without));

  test.each(losses)('without $fact what is certain is true', ({ fact }) => {
    const rows = judged.filter((row) => row.fact === fact);
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.filter(({ falsehoods }) => falsehoods.length > 0)).toEqual([]);
  });

  test('much is decided all the same', () => {
    const shares = losses.map(({ fact }) => {
      const rows = judged.filter((row) => row.fact === fact);
      const decided = rows.filter(({ isDecided }) => isDecided).length;
      return `${fact}: ${String(Math.round((100 * decided) / rows.length))} %`;
    });
    console.info(`decided without\n  ${shares.join('\n  ')}`);
    expect(shares).toHaveLength(losses.length);
  });
});

interface Judged {
  readonly fact: string;
  readonly world: string;
  readonly place: number;
  readonly isDecided: boolean;
  /** What was said with certainty and is not so. */
  readonly falsehoods: readonly string[];
}

/** Every flow of the world, each with another loss. */
function judgeWorld(world: WorldRow, mode: PolicyMode, without: RegExp): readonly Judged[] {
  if (!world.modes.includes(mode)) return [];
  const { inventory } = resourcesOf(world, mode);
  const index = indexOf(world, mode, without);
  return world.flows.flatMap((row, place) => {
    const loss = losses[place % losses.length];
    // A protocol that no network has matches no rule: whoever lacks the protocol does not think of it.
    if (loss === undefined || row.proto < 1 || row.proto > 255) return [];
    const flow = loss.lose(connectionOf(row), inventory);
    const compared = compare(index, flow, expectedAnswer(row, mode));
    return [{ fact: loss.fact, world: world.id, place, ...compared }];
  });
}

function indexOf(world: WorldRow, mode: PolicyMode, without: RegExp): PolicyIndex {
  const resources = world.resources.filter((manifest) => !without.test(kindOf(manifest)));
  return compileIndex(resourcesOf({ ...world, resources }, mode), {
    mode,
    onInvalid: mode === 'calico' ? 'drop' : 'uncertain',
    icmpFromPort: true,
  });
}

function kindOf(manifest: unknown): string {
  const isNamed = typeof manifest === 'object' && manifest !== null && 'kind' in manifest;
  return isNamed ? String(manifest.kind) : '';
}

function compare(index: PolicyIndex, flow: Flow, expected: FlowAnswer) {
  const evaluation = judge(index, flow);
  const { pending, enforced } = expected;
  const isJudged = evaluation.verdict !== 'not-evaluated';
  if (!isJudged || typeof pending === 'string' || typeof enforced === 'string') {
    return { isDecided: evaluation.certainty !== 'uncertain', falsehoods: [] };
  }
  const falsehoods = evaluation.solos.flatMap(({ policy, certainty, verdict }) => {
    const name = nameOf(policy);
    const isFlip = expected.flippedBy.includes(name);
    const isFalse = certainty === 'certain' && (verdict !== enforced.verdict) !== isFlip;
    return isFalse ? [`${name} alone: ${String(verdict)}`] : [];
  });
  const missed = expected.flippedBy.filter(
    (name) => !evaluation.solos.some(({ policy }) => nameOf(policy) === name),
  );
  const isFalse = evaluation.certainty === 'certain' && evaluation.verdict !== pending.verdict;
  return {
    isDecided: evaluation.certainty !== 'uncertain',
    falsehoods: [
      ...(isFalse ? [`${evaluation.verdict}, not ${pending.verdict}`] : []),
      ...falsehoods,
      ...missed.map((name) => `${name} does not touch it`),
    ],
  };
}
