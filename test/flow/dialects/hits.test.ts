import { describe, expect, test } from 'vitest';
import { dialects } from '../../../src/flow/dialects/table.ts';
import type { Flow } from '../../../src/flow/flow.ts';
import { flowOf } from './support/reading.ts';
import { recordLines } from './support/records.ts';

describe('a trace', () => {
  test.each([
    ['goldmane-go', 'enforced_policies', 'pending_policies'],
    ['goldmane-protojson', 'enforcedPolicies', 'pendingPolicies'],
    ['whisker', 'enforced', 'pending'],
  ] as const)(
    'read and written again has the bytes that Calico gave it: %s',
    (name, enforced, pending) => {
      const dialect = dialects.find((one) => one.name === name);
      for (const line of recordLines(name)) {
        const flow = flowOf(line);
        if (typeof flow === 'string') throw new Error(flow);
        const written = (trace: Flow['enforced']) =>
          trace === null ? null : dialect?.encodeHits(trace, () => undefined);
        expect(written(flow.enforced)).toBe(listAfter(line, enforced));
        expect(written(flow.pendingUpstream)).toBe(listAfter(line, pending));
      }
    },
  );
});

/** The raw text of a list of hits; `null` = absent or null. */
function listAfter(line: string, name: string): string | null {
  return new RegExp(`"${name}":(\\[.*?\\])(?=[,}])`).exec(line)?.[1] ?? null;
}
