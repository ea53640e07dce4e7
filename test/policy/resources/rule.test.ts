import { describe, expect, test } from 'vitest';
import type { Policy } from '../../../src/policy/resources/model.ts';
import { decodeObjects, onlyPolicy, ruleText } from './decoding.ts';

type Spec = Readonly<Record<string, unknown>>;

function decode(direction: string, rule: Spec, namespace = 'shop', mode = 'enforcement'): Policy {
  const isGlobal = namespace === '';
  const object = {
    apiVersion: 'projectcalico.org/v3',
    kind: isGlobal ? 'GlobalNetworkPolicy' : 'NetworkPolicy',
    metadata: isGlobal ? { name: 'p' } : { name: 'p', namespace },
    spec: { [direction]: [rule] },
  };
  return onlyPolicy(decodeObjects([object], { mode: mode === 'calico' ? mode : 'enforcement' }));
}

function textOf({ ingressRules, egressRules }: Policy): string {
  return [...ingressRules, ...egressRules].map(ruleText).join('; ');
}

describe('who a side of a rule means (semantics 2.3)', () => {
  const shop = 'projectcalico.org/namespace == "shop"';
  const anyNamespace = 'has(projectcalico.org/namespace)';
  const sides: readonly (readonly [side: Spec, namespaced: string, global: string])[] = [
    [{}, '', ''],
    [{ nets: ['10.0.0.0/8'] }, ' from 10.0.0.0/8', ' from 10.0.0.0/8'],
    [{ ports: [80] }, ' from :80', ' from :80'],
    [{ selector: 'has(a)' }, ` from {(${shop} && has(a))}`, ' from {has(a)}'],
    [{ notSelector: 'has(a)' }, ` from {${shop}} not {has(a)}`, ' from not {has(a)}'],
    [{ namespaceSelector: 'all()' }, ` from {${anyNamespace}}`, ` from {${anyNamespace}}`],
    [{ namespaceSelector: 'global()' }, ` from {!${anyNamespace}}`, ` from {!${anyNamespace}}`],
    [{ namespaceSelector: ' ' }, ` from {${anyNamespace}}`, ` from {${anyNamespace}}`],
    [
      { namespaceSelector: "env == 'x'", selector: 'has(a)' },
      ' from {(pcns.env == "x" && has(a))}',
      ' from {(pcns.env == "x" && has(a))}',
    ],
    [
      { namespaceSelector: 'global()', selector: 'has(a)' },
      ` from {(!${anyNamespace} && has(a))}`,
      ` from {(!${anyNamespace} && has(a))}`,
    ],
    [{ serviceAccounts: {} }, '', ''],
    [
      { serviceAccounts: { names: ['b', 'a'] } },
      ` from {(${shop} && projectcalico.org/serviceaccount in {"a", "b"})}`,
      ' from {projectcalico.org/serviceaccount in {"a", "b"}}',
    ],
    [
      { serviceAccounts: { names: ['a'], selector: 'has(t)' } },
      ` from {(${shop} && (has(pcsa.t) && projectcalico.org/serviceaccount in {"a"}))}`,
      ' from {(has(pcsa.t) && projectcalico.org/serviceaccount in {"a"})}',
    ],
    [
      { serviceAccounts: { selector: 'all()' }, selector: 'has(a)' },
      ` from {(${shop} && (all() && has(a)))}`,
      ' from {(all() && has(a))}',
    ],
    [{ services: { name: 's', namespace: 'n' } }, ' from n/s', ' from n/s'],
  ];
  test.each(sides)('%j', (source, namespaced, global) => {
    const protocol = 'ports' in source ? { protocol: 'TCP' } : {};
    const prefix = 'ports' in source ? 'allow protocol 6' : 'allow';
    const rule = { action: 'Allow', ...protocol, source };
    expect(textOf(decode('ingress', rule))).toBe(prefix + namespaced);
    expect(textOf(decode('ingress', rule, ''))).toBe(prefix + global);
  });

  test('a service without a namespace is nobody’s, and said to be', () => {
    const policy = decode('egress', { action: 'Allow', destination: { services: { name: 's' } } });
    expect(policy.state).toBe('live');
    expect(textOf(policy)).toBe('allow to /s');
  });
});

describe('the rest of a rule', () => {
  const rules: readonly (readonly [rule: Spec, text: string])[] = [
    [{ action: 'Deny' }, 'deny'],
    [{ action: 'Pass' }, 'pass'],
    [{ action: 'Log' }, 'log'],
    [{ action: 'Allow', protocol: 'ICMPv6', ipVersion: 6 }, 'allow v6 protocol 58'],
    [{ action: 'Allow', protocol: 'ICMPv6' }, 'allow v6 protocol 58'],
    [{ action: 'Allow', protocol: 1 }, 'allow protocol 1'],
    [
      { action: 'Allow', protocol: 'ICMP', notProtocol: 'ICMPv6' },
      'allow v4 protocol 1 not protocol 58',
    ],
    [
      { action: 'Allow', protocol: 'ICMP', source: { nets: ['2001:db8::/32'] } },
      'allow v4 protocol 1 from 2001:db8::/32',
    ],
    [{ action: 'Allow', protocol: '6' }, 'allow protocol 6'],
    [
      { action: 'Allow', protocol: 255, notProtocol: 'UDPLite' },
      'allow protocol 255 not protocol 136',
    ],
    [{ action: 'Allow', protocol: 'ICMP', icmp: { type: 8 } }, 'allow v4 protocol 1 icmp 8/*'],
    [
      { action: 'Allow', protocol: 'ICMP', icmp: { type: 3, code: 0 } },
      'allow v4 protocol 1 icmp 3/0',
    ],
    [
      {
        action: 'Allow',
        protocol: 'TCP',
        destination: { ports: [80, '007', '90:99', 'web'], notPorts: ['x'] },
      },
      'allow protocol 6 to :web,80,7,90-99 !:x',
    ],
    [
      {
        action: 'Allow',
        source: { nets: ['0.0.0.0/0'], notNets: ['10.0.0.0/8', '192.168.0.0/16'] },
      },
      'allow from 0.0.0.0/0 not 10.0.0.0/8,192.168.0.0/16',
    ],
    [{ action: 'Allow', http: { methods: ['GET'] } }, 'allow http'],
    [{ action: 'Allow', http: {} }, 'allow'],
    [{ action: 'Allow', metadata: { annotations: { a: 'b' } } }, 'allow'],
    [{ action: 'Allow', source: { nets: [] }, destination: { ports: [] } }, 'allow'],
  ];
  test.each(rules)('%j', (rule, text) => {
    const policy = decode('ingress', rule);
    expect(policy.state).toBe('live');
    expect(textOf(policy)).toBe(text);
  });

  const stored: readonly (readonly [rule: Spec, text: string])[] = [
    [{ action: 'DENY' }, 'deny'],
    [{ action: 'next-tier' }, 'pass'],
    [{ action: 'Reject' }, 'unknown'],
    [{}, 'unknown'],
    [{ action: 'Allow', protocol: 'tcp' }, 'allow protocol 6'],
    [
      { action: 'Allow', source: { nets: ['10.0.0.5/8', '9.9.9.9', 'banana'] } },
      'allow from 10.0.0.0/8,9.9.9.9/32',
    ],
    [{ action: 'Allow', source: { nets: ['banana'] } }, 'allow'],
    [{ action: 'Allow', protocol: 'ICMP', icmp: { code: 1 } }, 'allow v4 protocol 1'],
    [{ action: 'Allow', source: { serviceAccounts: { names: ["a'b"] } } }, 'allow'],
    [
      { action: 'Allow', source: { serviceAccounts: { names: ["x', 'y"] } } },
      'allow from {projectcalico.org/serviceaccount in {"x", "y"}}',
    ],
  ];
  test.each(stored)('%j is refused, but taken by Felix once stored', (rule, text) => {
    expect(decode('ingress', rule, '').state).toBe('rejected');
    const policy = decode('ingress', rule, '', 'calico');
    expect(policy.state).toBe('live');
    expect(textOf(policy)).toBe(text);
  });

  test('a blank selector beside a notSelector in a global policy crashes Felix, so we refuse it', () => {
    const rule = { action: 'Allow', source: { selector: ' ', notSelector: 'has(x)' } };
    expect(decode('ingress', rule, '').state).toBe('rejected');
    expect(decode('ingress', rule, '', 'calico').state).toBe('inert');
  });
});
