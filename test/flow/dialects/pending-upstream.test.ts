import { describe, expect, test } from 'vitest';
import { evaluationText as E, flowOf, pendingText as P, spliced } from './support/reading.ts';

const kns = { kind: 'Profile', name: 'kns.shop', action: 'Allow' };
const came = JSON.stringify([kns]);
const hits = [
  {
    policy: { kind: 'Profile', namespace: '', name: 'kns.shop', tier: '__PROFILE__' },
    action: 'allow',
    policyIndex: 0,
    ruleIndex: 0,
  },
];
const ours = '"evaluation":{"evaluator":"rehearsal/0.1.0"}';
const canonical = { format: 'canonical-json' } as const;

describe("where Calico's own pending list goes in canonical JSON", () => {
  test.each([
    [
      'beside ours, byte for byte',
      `{"policies":{"enforced":[],"pending": ${came} }}`,
      `{"policies":{"enforced":[],"pending": ${P},"pending_upstream":${came} },"evaluation":${E}}`,
    ],
    [
      'nowhere where there was none',
      '{"policies":{"enforced":[]}}',
      `{"policies":{"enforced":[],"pending":${P}},"evaluation":${E}}`,
    ],
    [
      'beside ours as null where it was null',
      '{"policies":{"enforced":[],"pending":null}}',
      `{"policies":{"enforced":[],"pending":${P},"pending_upstream":null},"evaluation":${E}}`,
    ],
    [
      'to its own member where that is null',
      `{"policies":{"pending_upstream":null,"enforced":[],"pending":${came}}}`,
      `{"policies":{"pending_upstream":${came},"enforced":[],"pending":${P}},"evaluation":${E}}`,
    ],
    [
      'nowhere where its own member has a list',
      `{"policies":{"enforced":[],"pending":[],"pending_upstream":${came}}}`,
      `{"policies":{"enforced":[],"pending":${P},"pending_upstream":${came}},"evaluation":${E}}`,
    ],
    [
      'nowhere at a second pass, since the list is ours',
      `{"policies":{"enforced":[],"pending":${came},"pending_upstream":null},${ours}}`,
      `{"policies":{"enforced":[],"pending":${P},"pending_upstream":null},"evaluation":${E}}`,
    ],
  ])('%s', (_, record, expected) => {
    expect(spliced(record, canonical)).toBe(expected);
  });

  test('nowhere in records of another dialect', () => {
    const record = `{"policies":{"enforced":[],"pending":${came}}}`;
    const written = `{"policies":{"enforced":[],"pending":${P}},"evaluation":${E}}`;
    expect(spliced(record, { format: 'whisker' })).toBe(written);
  });

  test('is refused where it is no list', () => {
    const record = '{"policies":{"enforced":[],"pending_upstream":7}}';
    expect(spliced(record, canonical)).toBe('not_a_record');
  });
});

describe("Calico's own pending list", () => {
  test.each([
    ['is what came', `{"enforced":[],"pending":${came}}`, hits],
    ['is what an earlier pass kept', `{"pending":[],"pending_upstream":${came}},${ours}`, hits],
    ['is what was kept, whoever kept it', `{"pending":[],"pending_upstream":${came}}`, hits],
    [
      'is not the list of an earlier pass',
      `{"pending":${came},"pending_upstream":null},${ours}`,
      null,
    ],
    [
      'was empty, as an earlier pass tells',
      `{"pending":${came},"pending_upstream":[]},${ours}`,
      [],
    ],
  ])('%s', (_, policies, expected) => {
    expect(flowOf(`{"protocol":"tcp","reporter":"Src","policies":${policies}}`)).toMatchObject({
      pendingUpstream: expected,
    });
  });
});
