import type { RuleAction } from '../actions.ts';
import { decodeEntity } from './entity.ts';
import type { RuleContext } from './entity.ts';
import type { Fields } from './fields.ts';
import { checkHttp } from './http.ts';
import type { EntityRule, IcmpMatch, Rule } from './model.ts';
import { checkAnnotations } from './labels.ts';
import { checkFamilies } from './nets.ts';
import { hasPorts, impliedVersion, readProtocol } from './protocol.ts';
import { shown } from './shown.ts';

/** The rules in the member `name` of a Calico policy or profile (semantics 1.5). */
export function decodeRules(
  spec: Fields,
  name: 'ingress' | 'egress',
  context: RuleContext,
): Rule[] {
  const rules = spec.children(name);
  if (rules.length > rulesMax) {
    spec.report('refused', name, { message: `more than ${rulesMax} rules` });
  }
  return rules.map((rule) => decodeRule(rule, context));
}

const rulesMax = 1024;

const ruleFields = [
  'action',
  'ipVersion',
  'protocol',
  'notProtocol',
  'icmp',
  'notICMP',
  'source',
  'destination',
  'http',
  'metadata',
];

function decodeRule(rule: Fields, context: RuleContext): Rule {
  rule.warnOfUnknown(ruleFields);
  const source = rule.childOrEmpty('source');
  const destination = rule.childOrEmpty('destination');
  const ipVersion = readIpVersion(rule);
  const decoded: Rule = {
    action: readAction(rule),
    ipVersion: ipVersion ?? impliedVersion(rule.any('protocol')),
    protocol: readProtocol(rule, 'protocol'),
    notProtocol: readProtocol(rule, 'notProtocol'),
    icmp: readIcmp(rule, 'icmp'),
    notIcmp: readIcmp(rule, 'notICMP'),
    source: decodeEntity(source, 'source', context),
    destination: decodeEntity(destination, 'destination', context),
    http: checkHttp(rule, context.direction),
  };
  checkPorts(source, decoded.source, decoded);
  checkPorts(destination, decoded.destination, decoded);
  checkIcmp(rule, decoded, ipVersion);
  checkFamilies([source, destination], ipVersion);
  const metadata = rule.child('metadata');
  if (metadata !== null) checkAnnotations(metadata);
  return decoded;
}

const actions: ReadonlyMap<string, RuleAction> = new Map([
  ['Allow', 'allow'],
  ['Deny', 'deny'],
  ['Pass', 'pass'],
  ['Log', 'log'],
]);

/** What Felix makes of actions that the API server would refuse. */
const storedActions: ReadonlyMap<string, RuleAction> = new Map([
  ['allow', 'allow'],
  ['deny', 'deny'],
  ['pass', 'pass'],
  ['next-tier', 'pass'],
  ['log', 'log'],
]);

function readAction(rule: Fields): Rule['action'] {
  const text = rule.text('action');
  const action = actions.get(text);
  if (action !== undefined) return action;
  rule.report('refused', text === '' ? null : 'action', {
    message: text === '' ? 'the rule has no action' : `${shown(text)} is no action`,
    hint: 'use `Allow`, `Deny`, `Pass` or `Log`',
  });
  return storedActions.get(text.toLowerCase()) ?? 'unknown';
}

function readIpVersion(rule: Fields): Rule['ipVersion'] {
  const version = rule.number('ipVersion');
  if (version === null || version === 4 || version === 6) return version;
  rule.report('broken', 'ipVersion', {
    message: `\`${version}\` is no IP version`,
    hint: 'use 4 or 6',
  });
  return null;
}

function readIcmp(rule: Fields, name: 'icmp' | 'notICMP'): IcmpMatch | null {
  const icmp = rule.child(name);
  if (icmp === null) return null;
  icmp.warnOfUnknown(['type', 'code']);
  const type = icmp.integer('type', 0, 254);
  const code = icmp.integer('code', 0, 255);
  if (code !== null && !icmp.has('type')) {
    icmp.report('refused', 'code', { message: 'an ICMP code needs a type' });
  }
  return type === null ? null : { type, code };
}

function checkPorts(side: Fields, entity: EntityRule, rule: Rule): void {
  for (const name of ['ports', 'notPorts'] as const) {
    const ports = entity[name];
    if (ports === null) continue;
    if (rule.protocol === null && ports.ranges.length > 0) {
      side.report('broken', name, {
        message: 'port numbers need a protocol',
        hint: 'set the rule’s `protocol` to `TCP`, `UDP` or `SCTP`',
      });
    } else if (rule.protocol !== null && !hasPorts(rule.protocol)) {
      side.report('broken', name, {
        message: 'the rule’s protocol has no ports',
        hint: 'only `TCP`, `UDP` and `SCTP` have',
      });
    }
  }
}

const ICMP = 1;
const ICMPV6 = 58;

function checkIcmp(rule: Fields, decoded: Rule, ipVersion: Rule['ipVersion']): void {
  const { protocol } = decoded;
  if (rule.has('icmp') && protocol !== ICMP && protocol !== ICMPV6) {
    rule.report('refused', 'icmp', { message: '`icmp` needs the protocol `ICMP` or `ICMPv6`' });
  }
  for (const name of ['protocol', 'notProtocol'] as const) {
    const needed = decoded[name] === ICMP ? 4 : decoded[name] === ICMPV6 ? 6 : ipVersion;
    if (ipVersion === null || ipVersion === needed) continue;
    rule.report('refused', name, {
      message: `this protocol is IPv${needed}, and the rule’s ipVersion is ${ipVersion}`,
    });
  }
}
