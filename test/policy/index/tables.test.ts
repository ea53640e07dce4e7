import { describe, expect, test } from 'vitest';
import { compileIndex } from '../../../src/policy/index/compile.ts';
import { formatIndex } from '../../../src/policy/index/format.ts';
import { PolicyIndex } from '../../../src/policy/index/policy-index.ts';
import { policyWorkload } from '../../../bench/micro/policies.ts';
import { cluster, compiled, connection, document, ip, podOf, summary } from './compiled.ts';

const options = { mode: 'enforcement', onInvalid: 'refuse', icmpFromPort: true } as const;

const small =
  cluster('shop', ['p 10.0.0.1 app=p', 'w 10.0.0.2 app=w']) +
  document('Tier t1', '{ order: 10, defaultAction: Pass }') +
  document('IPPool pool', '{ cidr: 10.0.0.0/16 }') +
  document('NetworkSet shop/corp', '{ nets: [203.0.113.0/24] }', ', labels: { set: corp }') +
  document(
    'StagedNetworkPolicy shop/web',
    `{ tier: t1, order: 5, selector: app == 'p', types: [Ingress, Egress],
       ingress: [
         { action: Allow, protocol: TCP, source: { selector: "app in {'w', 'x'}", notPorts: [53] },
           destination: { ports: [80, "8000:8010", web] } },
         { action: Deny, protocol: ICMP, icmp: { type: 8, code: 0 }, source: { notSelector: has(bad) } },
         { action: Pass, notProtocol: UDP, source: { nets: [10.0.0.0/8], notNets: [10.1.0.0/16] } },
         { action: Allow, source: { services: { name: ledger, namespace: bank } },
           protocol: TCP, http: { methods: [GET] } }] }`,
  ) +
  document('NetworkPolicy shop/web', '{ order: 7, types: [Ingress] }') +
  document('GlobalNetworkPolicy bad', '{ tier: ghost }');

function fromWToP(index: PolicyIndex) {
  return connection(podOf(index, 'shop', 'w'), podOf(index, 'shop', 'p'));
}

describe('the tables of an index', () => {
  test('print themselves', async () => {
    await expect(formatIndex(compiled(small))).toMatchFileSnapshot('../../golden/index.txt');
  });

  test('give the same answers in another thread', () => {
    const whole = compiled(small);
    const before = summary(whole.evaluate(fromWToP(whole), 'pending', 'assuming'));
    const printed = formatIndex(whole);
    const buffers = buffersOf(whole.tables);
    expect(buffers.length).toBeGreaterThan(50);
    const posted = new PolicyIndex(structuredClone(whole.tables, { transfer: buffers }));
    expect(summary(posted.evaluate(fromWToP(posted), 'pending', 'assuming'))).toBe(before);
    expect(formatIndex(posted)).toBe(printed);
  });

  test('hold nothing but numbers in arrays, texts in one blob, and options', () => {
    const strays = strayOf(compiled(small).tables).filter((path) => !path.startsWith('options.'));
    expect(strays).toEqual(['podsLoaded', 'poolsLoaded']);
  });

  test('do not depend on the order of the documents', () => {
    const resources = policyWorkload({ policies: 60, pods: 40, namespaces: 4 });
    const { policies, inventory } = resources;
    const reversed = {
      ...resources,
      policies: policies.toReversed(),
      inventory: { ...inventory, endpoints: inventory.endpoints.toReversed() },
    };
    const [one, other] = [compileIndex(resources, options), compileIndex(reversed, options)];
    const pods = inventory.endpoints.slice(0, 20);
    for (const source of pods) {
      for (const destination of pods) {
        const judge = (index: PolicyIndex) => {
          const between = connection(
            podOf(index, source.namespace, source.name),
            podOf(index, destination.namespace, destination.name),
            { destPort: 95 },
          );
          return summary(index.evaluate(between, 'pending', 'strict'));
        };
        expect(judge(one)).toBe(judge(other));
      }
    }
  });

  test('carry the hashes they were given', () => {
    const resources = policyWorkload({ policies: 2, pods: 2, namespaces: 1 });
    const index = compileIndex(resources, { ...options, policyHash: 'p', inventoryHash: 'i' });
    expect([index.policyHash, index.inventoryHash]).toEqual(['p', 'i']);
  });

  test('refuse candidates of another index', () => {
    const [one, other] = [compiled(small), compiled(small)];
    const facts = connection(podOf(other, 'shop', 'w'), podOf(one, 'shop', 'p'));
    expect(() => one.evaluate(facts, 'pending', 'strict')).toThrow('a foreign source');
    const outside = one.ofAddress(ip('203.0.113.1'));
    const reversed = connection(podOf(one, 'shop', 'p'), outside);
    expect(() => one.evaluate(reversed, 'pending', 'strict')).toThrow('only workloads');
  });
});

describe('policies as telemetry and reports see them', () => {
  test('come in order, with what is staged, their rules and their namesakes', () => {
    const { policies } = compiled(small);
    expect(policies.map(({ ref: { name } }) => name)).toEqual(['bad', 'web', 'web']);
    expect(policies[0]).toMatchObject({ state: 'rejected', isStaged: false });
    expect(policies[1]).toMatchObject({
      isStaged: true,
      stagedAction: 'Set',
      state: 'live',
      order: 5,
      ingressRules: ['allow', 'deny', 'pass', 'allow'],
      egressRules: [],
      defaultAction: 'pass',
      governs: { ingress: true, egress: true },
    });
    expect(policies[1]?.namesake).toBe(policies[2]?.ref);
    expect(policies[2]?.namesake).toBe(policies[1]?.ref);
  });
});

function buffersOf(value: unknown): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) return value.buffer instanceof ArrayBuffer ? [value.buffer] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(buffersOf);
}

/** Paths of all that is no array of numbers, widths of keys and places of columns apart. */
function strayOf(value: unknown, path: readonly string[] = []): string[] {
  if (ArrayBuffer.isView(value) || typeof value === 'number') return [];
  if (typeof value !== 'object' || value === null) return [path.join('.')];
  return Object.entries(value).flatMap(([name, member]) => strayOf(member, [...path, name]));
}
