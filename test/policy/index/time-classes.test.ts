import { assert, constantFrom, integer, property } from 'fast-check';
import { expect, test } from 'vitest';

import { compilePolicies } from '../../../src/live/compile.ts';
import { timeClassesOf } from '../../../src/policy/index/time-classes.ts';

const stamps = [1000, 5000, 9000];
const pods = stamps.map(
  (stamp, index) => `apiVersion: v1
kind: Pod
metadata:
  name: pod-${index}
  namespace: shop
  creationTimestamp: '${new Date(stamp).toISOString()}'
spec: {nodeName: n}
status: {podIP: 10.0.0.${index + 1}}
`,
);

function classes() {
  const files = pods.map((text, index) => ({ file: `${index}.yaml`, text }));
  const options = { mode: 'enforcement', onInvalid: 'refuse', icmpFromPort: true } as const;
  const outcome = compilePolicies(files, options);
  if (outcome.status === 'refused') throw new Error(outcome.problems[0]?.message);
  return timeClassesOf(outcome.policies.tables);
}

test('two times of one class stand in the same relation to every time stamp', () => {
  const classOf = classes();
  const time = constantFrom(...stamps.flatMap((stamp) => [stamp - 1, stamp, stamp + 1]), 0, 1e15);
  const relations = (ms: number): number[] => stamps.map((stamp) => Math.sign(ms - stamp));
  assert(
    property(time, time, (one, other) => {
      const isSame = relations(one).join() === relations(other).join();
      expect(classOf(one) === classOf(other)).toBe(isSame);
    }),
  );
});

test('a time that is not known is a class of its own', () => {
  const classOf = classes();
  assert(
    property(integer(), (ms) => {
      expect(classOf(ms)).not.toBe(classOf(null));
    }),
  );
});
