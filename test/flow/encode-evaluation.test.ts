import { describe, expect, test } from 'vitest';
import { encodeEvaluation, encodeStamp } from '../../src/flow/encode-evaluation.ts';
import type { FlowEvaluation } from '../../src/flow/evaluation.ts';
import { aHit, anEvaluation } from '../stage/support/evaluations.ts';

const maker = { policySet: 'main', policyHash: '0123456789abcdef', evaluator: 'rehearsal/0.1.0' };

/** The member as a record carries it, stamped with a time. */
function encoded(evaluation: FlowEvaluation, policySet = maker.policySet): string {
  const { json, stampAt } = encodeEvaluation(evaluation, { ...maker, policySet });
  const bytes = Buffer.from(json);
  encodeStamp(Date.UTC(2026, 10, 21, 4, 31, 0, 7)).json.copy(bytes, stampAt);
  return bytes.toString();
}

const hit =
  '{"kind":"StagedNetworkPolicy","name":"strict","namespace":"shop","tier":"default",' +
  '"action":"Deny","policy_index":0,"rule_index":2,"trigger":null}';

describe('our member', () => {
  test('has its members in the order of the contract', () => {
    expect(encoded(anEvaluation())).toBe(
      '{"policy_set":"main","policy_hash":"0123456789abcdef",' +
        '"evaluated_at":"2026-11-21T04:31:00.007Z","evaluator":"rehearsal/0.1.0",' +
        '"direction":"Ingress","baseline":"Allow","verdict":"Deny","change":"NewlyDenied",' +
        `"would_deny":true,"decided_by":${hit},"possible_verdicts":[],"reasons":[],` +
        `"flip_cause":"staged","flipped_by":[${hit}],"matches_upstream":false}`,
    );
  });

  test('says what could not be told', () => {
    const evaluation = anEvaluation({
      direction: 'egress',
      pending: [],
      verdict: 'uncertain',
      change: 'uncertain',
      decidedBy: null,
      possibleVerdicts: ['allow', 'deny'],
      reasons: ['no_source_ip', 'labels_assumed'],
      flipCause: '',
      flippedBy: [],
      matchesUpstream: null,
    });
    expect(JSON.parse(encoded(evaluation))).toMatchObject({
      direction: 'Egress',
      verdict: 'Uncertain',
      change: 'Uncertain',
      would_deny: false,
      decided_by: null,
      possible_verdicts: ['Allow', 'Deny'],
      reasons: ['no_source_ip', 'labels_assumed'],
      flip_cause: '',
      flipped_by: [],
      matches_upstream: null,
    });
  });

  test.each([
    ['unchanged', 'Unchanged'],
    ['newly-denied', 'NewlyDenied'],
    ['newly-allowed', 'NewlyAllowed'],
    ['uncertain', 'Uncertain'],
    ['not-evaluated', 'NotEvaluated'],
  ] as const)('spells the change %s %s', (change, word) => {
    expect(JSON.parse(encoded(anEvaluation({ change })))).toMatchObject({ change: word });
  });

  test('of a flow without direction and baseline', () => {
    const evaluation = anEvaluation({
      direction: null,
      baseline: null,
      verdict: 'not-evaluated',
      change: 'not-evaluated',
    });
    expect(JSON.parse(encoded(evaluation))).toMatchObject({
      direction: 'Unknown',
      baseline: '',
      verdict: 'NotEvaluated',
    });
  });

  test('names the trigger of an end of tier', () => {
    const decidedBy = aHit({ ruleIndex: -1 });
    expect(JSON.parse(encoded(anEvaluation({ decidedBy })))).toMatchObject({
      decided_by: { kind: 'EndOfTier', name: '', rule_index: -1, trigger: { name: 'strict' } },
    });
  });

  test('is stamped in its place whatever the policy set is called', () => {
    const name = '"evaluated_at":"prüf';
    expect(JSON.parse(encoded(anEvaluation(), name))).toMatchObject({
      policy_set: name,
      evaluated_at: '2026-11-21T04:31:00.007Z',
    });
  });
});
