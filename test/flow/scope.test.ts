import { describe, expect, test } from 'vitest';
import type { JudgedPolicies } from '../../src/flow/policy-index.ts';
import {
  Gap,
  type Facts,
  type Knowledge,
  type PolicyScope,
  type ScopeEvaluation,
} from '../../src/policy/evaluator/facts.ts';
import { strict, wide, old, hit, decided, open, scopeName, judged } from './support/answers.ts';
import { fakePolicies, saysOf, type FakeWorld } from './support/fake-policies.ts';
import { anEnd, ip4, labels } from './support/flows.ts';

const web = (name: string) => ({ namespace: 'shop', name, generateName: 'web-' });
const ledger6 = { namespace: 'shop', name: 'ledger', family: 6 } as const;

const knowing =
  (strictly: ScopeEvaluation, assuming: ScopeEvaluation): JudgedPolicies['evaluate'] =>
  (_facts: Facts, _scope: PolicyScope, knowledge: Knowledge) =>
    knowledge === 'strict' ? strictly : assuming;

const assumed = (evaluate: JudgedPolicies['evaluate']) => judged(fakePolicies({ evaluate }));

const withPort =
  (byPort: (port: number) => ScopeEvaluation): JudgedPolicies['evaluate'] =>
  (facts) =>
    facts.sourcePort < 0 ? open(Gap.sourcePort) : byPort(facts.sourcePort);

describe('several readings of a flow', () => {
  const pods = [web('web-1'), web('web-2')];
  const source = anEnd({ type: 'workload', namespace: 'shop', name: 'web-*' });
  const bySource = (answers: Readonly<Record<string, ScopeEvaluation>>, world: FakeWorld = {}) =>
    judged(
      fakePolicies({
        pods,
        evaluate: (facts) => answers[saysOf(facts.source)] ?? decided('allow'),
        ...world,
      }),
      { source },
    );

  test('one verdict by one trace is decided', () => {
    expect(bySource({})).toMatchObject({
      verdict: 'allow',
      decidedBy: hit(old, 'allow'),
      reasons: [],
      certainty: 'certain',
    });
  });

  test('different verdicts are uncertain for want of the address', () => {
    expect(bySource({ 'pod web-2': decided('deny') })).toMatchObject({
      verdict: 'uncertain',
      change: 'uncertain',
      possibleVerdicts: ['allow', 'deny'],
      pending: [],
      decidedBy: null,
      reasons: ['no_source_ip'],
      certainty: 'uncertain',
    });
  });

  test('one verdict by different traces is decided, by the trace they share', () => {
    const first = hit(old, 'pass', 3);
    expect(
      bySource({
        'pod web-1': decided('deny', [first, hit(old, 'deny', 1, 1)]),
        'pod web-2': decided('deny', [first, hit(old, 'deny', 2, 1)]),
      }),
    ).toMatchObject({
      verdict: 'deny',
      pending: [first],
      decidedBy: null,
      reasons: ['trace_ambiguous'],
      certainty: 'certain',
    });
  });

  test('a trace that one reading leaves open is ambiguous', () => {
    const vague = { ...decided('allow'), isTraceCertain: false, trace: [], gaps: Gap.sourcePort };
    expect(bySource({ 'pod web-1': vague })).toMatchObject({
      verdict: 'allow',
      pending: [],
      reasons: ['trace_ambiguous'],
    });
  });

  test('an uncertain trace stops where the first reading stops', () => {
    const first = hit(old, 'pass', 3);
    expect(
      bySource({
        'pod web-1': decided('deny', [first, hit(old, 'deny', 1, 1)]),
        'pod web-2': open(Gap.sourcePort, [first]),
      }),
    ).toMatchObject({
      verdict: 'uncertain',
      pending: [first],
      reasons: ['no_source_ip', 'no_source_port'],
    });
  });

  test('two readings of a stale inventory with different verdicts say so', () => {
    const stale = { ...source, labels: labels('ver=3') };
    const policies = fakePolicies({
      pods,
      evaluate: (facts) => decided(saysOf(facts.source).startsWith('pod') ? 'allow' : 'deny'),
    });
    expect(judged(policies, { source: stale }).reasons).toEqual(['stale_inventory']);
  });

  test('two readings of a stale inventory with one verdict say nothing', () => {
    const stale = { ...source, labels: labels('ver=3') };
    const policies = fakePolicies({ pods, evaluate: () => decided('allow') });
    expect(judged(policies, { source: stale }).reasons).toEqual([]);
  });

  test('ends of different families cannot have met', () => {
    const world = { pods: [{ ...web('web-1'), family: 4 as const }, ledger6] };
    expect(judged(fakePolicies(world), { source })).toMatchObject({
      verdict: 'uncertain',
      reasons: ['stale_inventory'],
    });
  });

  test('but a record that gives an address of each family is taken at its word', () => {
    const v6 = { family: 6, words: [1, 0, 0, 0] } as const;
    const policies = fakePolicies({ pods, evaluate: () => decided('deny') });
    const given = { ...source, addresses: [ip4('10.0.0.1')] };
    const destination = anEnd({ type: 'network', addresses: [v6] });
    const flow = { reporter: 'src', source: given, destination } as const;
    expect(judged(policies, flow).verdict).toBe('deny');
  });

  test('more pairs than the limit are uncertain, none is looked at', () => {
    const many = Array.from({ length: 33 }, (_, number) => web(`web-${String(number)}`));
    const destination = { ...source, port: 80 };
    expect(judged(fakePolicies({ pods: many }), { source, destination })).toMatchObject({
      verdict: 'uncertain',
      reasons: ['no_source_ip', 'no_dest_ip'],
    });
  });
});

describe('assumptions', () => {
  test('are not named where the verdict holds without them', () => {
    const evaluation = assumed(knowing(decided('allow'), decided('deny')));
    expect(evaluation).toMatchObject({ verdict: 'allow', reasons: [], certainty: 'certain' });
  });

  test.each([
    { gap: Gap.absentLabel, reason: 'labels_assumed' },
    { gap: Gap.addressOwnerAssumed, reason: 'address_owner_assumed' },
    { gap: Gap.icmp, reason: 'no_icmp' },
    { gap: Gap.http, reason: 'http_match' },
  ])('are named where the verdict needs them: $reason', ({ gap, reason }) => {
    const evaluation = assumed(knowing(open(gap), decided('allow')));
    expect(evaluation).toMatchObject({
      verdict: 'allow',
      decidedBy: hit(old, 'allow'),
      reasons: [reason],
      certainty: 'assumed',
    });
  });

  test('only those are named that were open', () => {
    const gaps = Gap.absentLabel | Gap.destPort;
    expect(assumed(knowing(open(gaps), decided('allow'))).reasons).toEqual(['labels_assumed']);
  });

  test('are not made where they do not help', () => {
    const vague = { ...decided('allow'), isTraceCertain: false, trace: [], gaps: Gap.absentLabel };
    expect(assumed(knowing(vague, vague))).toMatchObject({
      reasons: ['trace_ambiguous'],
      certainty: 'certain',
    });
  });

  test('do not hide what stays open', () => {
    const evaluation = assumed(knowing(open(Gap.absentLabel), open(Gap.destLabels)));
    expect(evaluation.reasons).toEqual(['no_dest_labels', 'labels_assumed']);
  });

  test('of a solo are named beside a certain verdict', () => {
    const policies = fakePolicies({
      staged: () => [strict, wide],
      evaluate: (_, scope, knowledge) =>
        scopeName(scope) === 'solo strict' && knowledge === 'strict'
          ? open(Gap.absentLabel)
          : decided('allow'),
    });
    const evaluation = judged(policies);
    expect(evaluation.reasons).toEqual(['labels_assumed']);
    expect(evaluation.certainty).toBe('assumed');
    expect(evaluation.solos.map(({ certainty }) => certainty)).toEqual(['assumed', 'certain']);
  });
});

describe('unknown numbers', () => {
  test('a verdict that every class of ports gives is decided', () => {
    const numberClasses = { sourcePorts: [0, 80, 81] };
    const evaluate = withPort((port) => decided('deny', [hit(old, 'deny', port === 80 ? 1 : 2)]));
    expect(judged(fakePolicies({ numberClasses, evaluate }))).toMatchObject({
      verdict: 'deny',
      reasons: ['trace_ambiguous'],
    });
  });

  test('classes with different verdicts stay uncertain', () => {
    const numberClasses = { sourcePorts: [0, 80, 81] };
    const evaluate = withPort((port) => decided(port === 80 ? 'allow' : 'deny'));
    expect(judged(fakePolicies({ numberClasses, evaluate }))).toMatchObject({
      verdict: 'uncertain',
      reasons: ['no_source_port'],
    });
  });

  test('more classes than the limit are not tried', () => {
    const numberClasses = { sourcePorts: Array.from({ length: 4097 }, (_, port) => port) };
    const evaluate = withPort(() => decided('deny'));
    expect(judged(fakePolicies({ numberClasses, evaluate })).reasons).toEqual(['no_source_port']);
  });

  test('protocol, ports and ICMP are filled in together', () => {
    const asked: string[] = [];
    const numberClasses = { protocols: [1, 6], destPorts: [5, 7], icmp: [[8, 0]] as const };
    const policies = fakePolicies({
      numberClasses,
      evaluate: (facts) => {
        if (facts.protocol < 0) return open(Gap.protocol | Gap.destPort | Gap.icmp);
        asked.push([facts.protocol, facts.destPort, facts.icmpType, facts.icmpCode].join(' '));
        return decided('allow');
      },
    });
    const destination = anEnd({ type: 'workload', namespace: 'shop', name: 'ledger' });
    expect(judged(policies, { protocol: null, destination }).verdict).toBe('allow');
    expect(asked).toEqual(['1 5 8 0', '1 7 8 0', '6 5 8 0', '6 7 8 0']);
  });
});
