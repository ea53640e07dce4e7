import { expect, test } from 'vitest';

import { describeChanges } from '../../src/live/changes.ts';
import { compilePolicies } from '../../src/live/compile.ts';

function digest(...texts: readonly string[]) {
  const files = texts.map((text, index) => ({ file: `${index}.yaml`, text }));
  const options = { mode: 'enforcement', onInvalid: 'refuse', icmpFromPort: true } as const;
  const outcome = compilePolicies(files, options);
  if (outcome.status === 'refused') throw new Error(outcome.problems[0]?.message);
  return outcome.policies.digest;
}

function policy(kind: string, name: string, rules: number): string {
  const actions = Array.from({ length: rules }, () => '{action: Allow}').join(', ');
  return `apiVersion: projectcalico.org/v3
kind: ${kind}
metadata: {name: default.${name}, namespace: shop}
spec: {types: [Ingress], ingress: [${actions}]}
`;
}

const staged = policy('StagedNetworkPolicy', 'a', 1);
const enforced = policy('NetworkPolicy', 'b', 2);
const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n';

test.each([
  ['a staged policy more', [], [staged], '+1 staged, ~0, -0, rules 0→1'],
  [
    'an enforced policy more',
    [staged],
    [staged, enforced],
    '+0 staged, +1 enforced, ~0, -0, rules 1→3',
  ],
  [
    'a policy edited',
    [staged, enforced],
    [policy('StagedNetworkPolicy', 'a', 4), enforced],
    '+0 staged, ~1, -0, rules 3→6',
  ],
  ['a policy gone', [staged, enforced], [enforced], '+0 staged, ~0, -1, rules 3→2'],
  [
    'promotion',
    [staged],
    [policy('NetworkPolicy', 'a', 1)],
    '+0 staged, +1 enforced, ~0, -1, rules 1→1',
  ],
  [
    'a namespace more',
    [staged],
    [staged, namespace],
    '+0 staged, ~0, -0, rules 1→1, inventory changed',
  ],
  [
    'the same in other files',
    [staged, enforced],
    [enforced, staged],
    '+0 staged, ~0, -0, rules 3→3',
  ],
])('%s', (_, before, after, line) => {
  expect(describeChanges(digest(...before), digest(...after))).toBe(line);
});
