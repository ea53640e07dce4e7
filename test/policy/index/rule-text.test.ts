import { describe, expect, test } from 'vitest';
import { RuleTexts } from '../../../src/policy/index/rule-text.ts';
import { compiled, document } from './compiled.ts';

/** What the index prints of the only rule of a policy. */
function printed(rule: string, direction: 'ingress' | 'egress' = 'ingress'): string {
  const types = direction === 'ingress' ? 'Ingress' : 'Egress';
  const { tables, strings } = compiled(
    document('GlobalNetworkPolicy g', `{ types: [${types}], ${direction}: [{ ${rule} }] }`),
  );
  const { ingressStart, egressStart } = tables.policies;
  const start = direction === 'ingress' ? ingressStart : egressStart;
  return new RuleTexts(tables, strings).textOf(start[0] ?? -1);
}

describe('a rule is printed as it is asked', () => {
  test.each<readonly [rule: string, text: string]>([
    ['action: Log', 'log'],
    ['action: Pass, protocol: 47', 'pass 47'],
    ['action: Allow, ipVersion: 6', 'allow ipv6'],
    [
      'action: Allow, source: { nets: [10.0.0.0/8] }, destination: { nets: ["fd00::/8"] }',
      'allow no-family from nets 0 to nets 1',
    ],
    ['action: Deny, protocol: ICMP, icmp: { type: 0 }', 'deny icmp ipv4 icmp 0'],
    ['action: Deny, protocol: ICMP, notICMP: { type: 8, code: 1 }', 'deny icmp ipv4 not-icmp 8/1'],
    ['action: Deny, notProtocol: TCP', 'deny not-tcp'],
    [
      'action: Allow, protocol: TCP, source: { ports: [web], notPorts: [80] }',
      'allow tcp from port none or named 0 but 80',
    ],
    [
      'action: Allow, protocol: TCP, destination: { notPorts: [80, web] }',
      'allow tcp to port 0-79,81-65535 but named 0',
    ],
    ["action: Allow, source: { notSelector: a == 'b' }", 'allow from none of {a == "b"}'],
    [
      "action: Allow, source: { selector: has(a), notSelector: has(b), notNets: ['10.0.0.0/8'] }",
      'allow ipv4 from {has(a) && !has(b)} and not in nets 0',
    ],
    [
      'action: Allow, source: { notNets: [0.0.0.0/0, "fd00::/8"] }',
      'allow ipv6 from not in nets 0',
    ],
    ['action: Allow, destination: { notNets: [10.1.0.0/16] }', 'allow ipv4 to not in nets 0'],
    [
      'action: Allow, destination: { selector: has(a), nets: [10.0.0.0/8] }',
      'allow ipv4 to {has(a)} and nets 0',
    ],
    ['action: Allow, http: { methods: [GET] }', 'allow http'],
    [
      'action: Allow, protocol: TCP, destination: { ports: [80, web], notPorts: [22, admin] }',
      'allow tcp to port 80 or named 0 but 22 but named 1',
    ],
    ['action: Allow, protocol: TCP, source: { notPorts: ["1:65535"] }', 'allow tcp from port 0'],
    ['action: Allow, protocol: TCP, source: { ports: ["0:65535"] }', 'allow tcp'],
    [
      'action: Allow, protocol: ICMPv6, icmp: { type: 0, code: 0 }, notICMP: { type: 0 }',
      'allow icmp6 ipv6 icmp 0/0 not-icmp 0',
    ],
    ['action: Allow, source: { nets: ["fd00::/8"] }, ipVersion: 4', 'allow no-family from nets 0'],
  ])('%s', (rule, text) => {
    expect(printed(rule)).toBe(text);
  });

  test('a service as the destination', () => {
    const rule = 'action: Allow, destination: { services: { name: ledger, namespace: bank } }';
    expect(printed(rule, 'egress')).toBe('allow service 0');
  });

  test('a service as the source', () => {
    const rule = 'action: Allow, source: { services: { name: ledger, namespace: bank } }';
    expect(printed(rule)).toBe('allow from service source 0');
  });
});
