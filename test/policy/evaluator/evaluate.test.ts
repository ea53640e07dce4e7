import { describe, expect, test } from 'vitest';
import type { PolicyMode } from '../../../src/policy/actions.ts';
import type { PolicyScope } from '../../../src/policy/evaluator/facts.ts';
import { cluster, compiled, connection, document, podOf, summary } from '../index/compiled.ts';

const pods = cluster('shop', ['p 10.0.0.1 app=p', 'w 10.0.0.2 app=w']);
const tier = (name: string, order: number, action = 'Deny') =>
  document(`Tier ${name}`, `{ order: ${order}, defaultAction: ${action} }`);
const tiers = tier('t1', 10) + tier('t2', 20);
const in1 = (rules: string, more = '') =>
  `{ tier: t1, types: [Ingress], ingress: [${rules}]${more} }`;
const in2 = (rules: string, more = '') =>
  `{ tier: t2, types: [Ingress], ingress: [${rules}]${more} }`;
const none = '{ action: Allow, protocol: UDP }';

interface Row {
  readonly name: string;
  readonly yaml: string;
  readonly enforced: string;
  readonly pending: string;
  readonly mode?: PolicyMode;
}

const PROFILE = '__PROFILE__|pro:kns.shop|allow|0';

const rows: readonly Row[] = [
  {
    name: 'no policy selects the pod',
    yaml: document('NetworkPolicy shop/a', in1('{ action: Deny }', ', selector: "app == \'x\'"')),
    enforced: `allow: 0|${PROFILE}`,
    pending: `allow: 0|${PROFILE}`,
  },
  {
    name: 'a tier whose policies are all staged is skipped when enforced-only',
    yaml: document('StagedGlobalNetworkPolicy a', in1('')),
    enforced: `allow: 0|${PROFILE}`,
    pending: 'deny: 0|t1|sgnp:a|deny|-1',
  },
  {
    name: 'the first policy in scope owns the end of its tier',
    yaml:
      document('StagedGlobalNetworkPolicy a', in1(none, ', order: 1')) +
      document('GlobalNetworkPolicy n', in1(none, ', order: 2')),
    enforced: 'deny: 0|t1|gnp:n|deny|-1',
    pending: 'deny: 0|t1|sgnp:a|deny|-1',
  },
  {
    name: 'a tier that passes at its end leaves a hit and goes on',
    yaml:
      tier('t0', 1, 'Pass') +
      document('GlobalNetworkPolicy a', `{ tier: t0, types: [Ingress], ingress: [${none}] }`),
    enforced: `allow: 0|t0|gnp:a|pass|-1, 1|${PROFILE}`,
    pending: `allow: 0|t0|gnp:a|pass|-1, 1|${PROFILE}`,
  },
  {
    name: 'Pass leaves the tier, so that its later policies are never asked',
    yaml:
      document('NetworkPolicy shop/q', in1('{ action: Pass }', ', order: 1')) +
      document('GlobalNetworkPolicy h', in1('{ action: Deny }', ', order: 2')) +
      document('StagedNetworkPolicy shop/r', in2(`${none}, ${none}, { action: Allow }`)),
    enforced: `allow: 0|t1|np:shop/q|pass|0, 1|${PROFILE}`,
    pending: 'allow: 0|t1|np:shop/q|pass|0, 1|t2|snp:shop/r|allow|2',
  },
  {
    name: 'Log decides nothing, and its index counts',
    yaml: document('GlobalNetworkPolicy g', in1('{ action: Log }, { action: Allow }')),
    enforced: 'allow: 0|t1|gnp:g|allow|1',
    pending: 'allow: 0|t1|gnp:g|allow|1',
  },
  {
    name: 'a policy with Log alone decides nothing',
    yaml: document('GlobalNetworkPolicy g', in1('{ action: Log }')),
    enforced: 'deny: 0|t1|gnp:g|deny|-1',
    pending: 'deny: 0|t1|gnp:g|deny|-1',
  },
  {
    name: 'a policy that governs the other direction takes no part',
    yaml: document('GlobalNetworkPolicy g', '{ tier: t1, types: [Egress] }'),
    enforced: `allow: 0|${PROFILE}`,
    pending: `allow: 0|${PROFILE}`,
  },
  {
    name: 'doNotTrack policies never reach a workload',
    yaml: document(
      'GlobalNetworkPolicy g',
      in1('{ action: Deny }', ', doNotTrack: true, applyOnForward: true'),
    ),
    enforced: `allow: 0|${PROFILE}`,
    pending: `allow: 0|${PROFILE}`,
  },
  {
    name: 'a staged policy takes the place of its namesake',
    yaml:
      document('NetworkPolicy shop/foo', in1('{ action: Allow, protocol: TCP }')) +
      document('StagedNetworkPolicy shop/foo', in1('{ action: Deny }')),
    enforced: 'allow: 0|t1|np:shop/foo|allow|0',
    pending: 'deny: 0|t1|snp:shop/foo|deny|0',
  },
  {
    name: 'in calico mode it is added after its namesake',
    mode: 'calico',
    yaml:
      document('NetworkPolicy shop/foo', in1('{ action: Allow, protocol: TCP }')) +
      document('StagedNetworkPolicy shop/foo', in1('{ action: Deny }')),
    enforced: 'allow: 0|t1|np:shop/foo|allow|0',
    pending: 'allow: 0|t1|np:shop/foo|allow|0',
  },
  {
    name: 'a staged deletion takes its namesake away',
    yaml:
      document('NetworkPolicy shop/foo', in1('{ action: Deny }')) +
      document('StagedNetworkPolicy shop/foo', '{ tier: t1, stagedAction: Delete }'),
    enforced: 'deny: 0|t1|np:shop/foo|deny|0',
    pending: `allow: 0|${PROFILE}`,
  },
  {
    name: 'in calico mode a staged deletion does nothing',
    mode: 'calico',
    yaml:
      document('NetworkPolicy shop/foo', in1('{ action: Deny }')) +
      document('StagedNetworkPolicy shop/foo', '{ tier: t1, stagedAction: Delete }'),
    enforced: 'deny: 0|t1|np:shop/foo|deny|0',
    pending: 'deny: 0|t1|np:shop/foo|deny|0',
  },
  {
    name: 'an ignored staged policy leaves its namesake alone',
    yaml:
      document('NetworkPolicy shop/foo', in1('{ action: Allow }')) +
      document('StagedNetworkPolicy shop/foo', in1('{ action: Deny }', ', stagedAction: Ignore')),
    enforced: 'allow: 0|t1|np:shop/foo|allow|0',
    pending: 'allow: 0|t1|np:shop/foo|allow|0',
  },
  {
    name: 'a policy in a tier without object may do anything',
    yaml: document('StagedGlobalNetworkPolicy a', '{ tier: ghost, ingress: [{ action: Allow }] }'),
    enforced: `allow: 0|${PROFILE}`,
    pending: 'allow|deny:',
  },
  {
    name: 'in calico mode it decides as usual if a rule matches',
    mode: 'calico',
    yaml: document('StagedGlobalNetworkPolicy a', '{ tier: ghost, ingress: [{ action: Deny }] }'),
    enforced: `allow: 0|${PROFILE}`,
    pending: 'deny: 0|ghost|sgnp:a|deny|0',
  },
  {
    name: 'in calico mode the evaluation fails if none does',
    mode: 'calico',
    yaml: document(
      'StagedGlobalNetworkPolicy a',
      `{ tier: ghost, types: [Ingress], ingress: [${none}] }`,
    ),
    enforced: `allow: 0|${PROFILE}`,
    pending: 'failed',
  },
];

describe('evaluate', () => {
  test.each(rows)('$name', ({ yaml, enforced, pending, mode }) => {
    const index = compiled(pods + tiers + yaml, mode);
    const facts = connection(podOf(index, 'shop', 'w'), podOf(index, 'shop', 'p'));
    const inScope = (scope: PolicyScope) => summary(index.evaluate(facts, scope, 'assuming'));
    expect({ enforced: inScope('enforced'), pending: inScope('pending') }).toEqual({
      enforced,
      pending,
    });
  });

  test.each([0, 256, 300])('protocol %i matches no rule, not even an empty one', (protocol) => {
    const index = compiled(
      pods + document('StagedGlobalNetworkPolicy a', '{ ingress: [{ action: Allow }] }'),
    );
    const facts = connection(podOf(index, 'shop', 'w'), podOf(index, 'shop', 'p'), { protocol });
    expect(summary(index.evaluate(facts, 'pending', 'assuming'))).toBe(
      'deny: 0|default|sgnp:a|deny|-1',
    );
    expect(summary(index.evaluate(facts, 'enforced', 'assuming'))).toBe('deny:');
  });

  test('alone, one staged policy counts with the enforced ones, and takes its own namesake away only', () => {
    const index = compiled(
      pods +
        tiers +
        document('NetworkPolicy shop/a', in1('{ action: Pass }', ', order: 1')) +
        document('NetworkPolicy shop/b', in2('{ action: Allow }', ', order: 1')) +
        document('StagedNetworkPolicy shop/a', in1('{ action: Deny }', ', order: 1')) +
        document('StagedNetworkPolicy shop/b', in2('{ action: Deny }', ', order: 1')),
    );
    const subject = podOf(index, 'shop', 'p');
    const facts = connection(podOf(index, 'shop', 'w'), subject);
    const solos = index.stagedTouching('ingress', subject);
    expect(solos.map((solo) => summary(index.evaluate(facts, { solo }, 'assuming')))).toEqual([
      'deny: 0|t1|snp:shop/a|deny|0',
      'deny: 0|t1|np:shop/a|pass|0, 1|t2|snp:shop/b|deny|0',
    ]);
  });

  test('hits carry the one reference of their policy', () => {
    const index = compiled(
      pods + document('GlobalNetworkPolicy g', '{ ingress: [{ action: Deny }] }'),
    );
    const facts = connection(podOf(index, 'shop', 'w'), podOf(index, 'shop', 'p'));
    const evaluation = index.evaluate(facts, 'pending', 'strict');
    const ref = index.policyNamed('GlobalNetworkPolicy', '', 'g');
    expect(evaluation.status === 'decided' && evaluation.trace[0]?.policy === ref).toBe(true);
  });
});
