import { describe, expect, test } from 'vitest';
import { changed, whisker } from './support/whisker-record.ts';

function labelsOf(source_labels: unknown, limits = {}) {
  const flow = changed({ source_labels }, { limits });
  return typeof flow === 'string' ? flow : flow.source.labels;
}

function hit(policy_index: number, kind = 'GlobalNetworkPolicy') {
  return {
    ...whisker.policies.enforced[0],
    kind,
    name: `p${policy_index}`,
    tier: 'ops',
    policy_index,
  };
}

describe('labels', () => {
  test('are cut at the first `=`', () => {
    expect(labelsOf('a=b=c')).toEqual(new Map([['a', 'b=c']]));
  });

  test('of one key: the last counts', () => {
    expect(labelsOf(['a=1', 'a=2'])).toEqual(new Map([['a', '2']]));
  });

  test('may have the names of what objects inherit', () => {
    expect(labelsOf(['__proto__=x', 'constructor='])).toEqual(
      new Map([
        ['__proto__', 'x'],
        ['constructor', ''],
      ]),
    );
    expect(labelsOf(JSON.parse('{"__proto__":"x"}'))).toEqual(new Map([['__proto__', 'x']]));
  });

  test('in an object may be called labels', () => {
    expect(labelsOf({ labels: 'x' })).toEqual(new Map([['labels', 'x']]));
  });

  test.each([
    ['a text without `=`', 'ab'],
    ['no key', '=x'],
    ['a number', [1]],
    ['a nested map', { a: {} }],
    ['true', true],
  ])('are refused: %s', (_, labels) => {
    expect(labelsOf(labels)).toBe('not_a_record');
  });

  test('beyond a limit are refused', () => {
    expect(labelsOf(['a=1', 'b=2'], { labels: 2 })).toBeInstanceOf(Map);
    expect(labelsOf(['a=1', 'b=2', 'c=3'], { labels: 2 })).toBe('too_many_items');
    expect(labelsOf('a=é', { labelBytes: 4 })).toBeInstanceOf(Map);
    expect(labelsOf('a=éé', { labelBytes: 4 })).toBe('too_large');
  });
});

describe('a field', () => {
  test.each([
    ['name', { source_name: 7 }, 'not_a_record'],
    ['namespace', { source_namespace: ['shop'] }, 'not_a_record'],
    ['reporter', { reporter: { x: 1 } }, 'not_a_record'],
    ['port that is a word', { dest_port: 'http' }, 'not_a_record'],
    ['port below 0', { dest_port: -1 }, 'number_out_of_range'],
    ['port above 65535', { dest_port: 65_536 }, 'number_out_of_range'],
    ['port of a fraction', { dest_port: 80.5 }, 'number_out_of_range'],
    ['time that is a word', { start_time: 'yesterday' }, 'not_a_record'],
    ['time of month 13', { start_time: '2026-13-01T00:00:00Z' }, 'not_a_record'],
    ['time of more than 64 bits', { start_time: 1e30 }, 'number_out_of_range'],
    ['address that is none', { source_ips: ['x'] }, 'not_a_record'],
    ['enforced list that is none', { policies: { enforced: 'x' } }, 'not_a_record'],
  ])('of a wrong kind is refused: %s', (_, members, reason) => {
    expect(changed(members)).toBe(reason);
  });

  test('of null is absent', () => {
    const flow = changed({
      source_name: null,
      source_labels: null,
      dest_port: null,
      reporter: null,
    });
    expect(flow).toMatchObject({
      reporter: null,
      source: { name: null, labels: null },
      destination: { port: null },
    });
  });

  test('of a word that nobody knows is not known', () => {
    expect(changed({ action: 'Pass', reporter: 'both', protocol: 'quic' })).toMatchObject({
      action: null,
      reporter: null,
      protocol: null,
    });
  });
});

describe('traces', () => {
  test('are sorted by policy index', () => {
    const flow = changed({ policies: { enforced: [hit(2), hit(0), hit(1)] } });
    expect(
      typeof flow === 'string' ? flow : flow.enforced?.map(({ policy }) => policy.name),
    ).toEqual(['p0', 'p1', 'p2']);
  });

  test('keep a place for a hit of a kind to come, as a policy that nobody can load', () => {
    const flow = changed({ policies: { enforced: [hit(0), hit(1, 'QuantumPolicy')] } });
    expect(flow).toMatchObject({
      enforced: [{ policy: { name: 'p0' } }, { policy: { name: '', tier: '' } }],
    });
  });

  test("of ours are not upstream's", () => {
    const policies = { enforced: [hit(0)], pending: [hit(0)] };
    expect(changed({ policies })).toMatchObject({ pendingUpstream: [{ policyIndex: 0 }] });
    const evaluation = { evaluator: 'rehearsal/0.0.1' };
    expect(changed({ policies, evaluation })).toMatchObject({ pendingUpstream: null });
  });

  test('beyond their limit are refused', () => {
    const policies = { enforced: [hit(0), hit(1)] };
    expect(changed({ policies }, { limits: { hits: 2 } })).toBeTypeOf('object');
    expect(changed({ policies }, { limits: { hits: 1 } })).toBe('too_many_items');
  });
});
