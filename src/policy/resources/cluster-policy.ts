import { parsePrefix } from '../../net/prefix.ts';
import type { Prefix } from '../../net/address.ts';
import type { RuleAction } from '../actions.ts';
import { emptyBody } from './calico-policy.ts';
import { anyEntity } from './entity.ts';
import type { RuleContext } from './entity.ts';
import type { Fields } from './fields.ts';
import { anyRule, groupedRules } from './grouped-rules.ts';
import { selectedPeer } from './kubernetes-peer.ts';
import { namespaceSelectorText, podSelectorText } from './label-selector.ts';
import type { DecodeContext, Decoder } from './manifest.ts';
import type { EntityRule, Policy, Rule } from './model.ts';
import { groupPorts } from './port-groups.ts';
import { parsePort, portFlaw } from './ports.ts';
import type { ProtocolPort } from './port-groups.ts';
import type { PortText } from './ports.ts';
import { policySelectorText } from './selector-texts.ts';
import { shown } from './shown.ts';

/** ClusterNetworkPolicy (semantics 2.6). What Calico cannot convert it leaves out, or closes. */
export const clusterPolicy: Decoder = (manifest, context) => {
  const { spec, findings } = manifest;
  const tier = tiers.get(spec.text('tier'));
  if (tier === undefined) {
    spec.report('dropped', 'tier', {
      message: `${shown(spec.text('tier'))} is no tier of a cluster policy, so Calico leaves the policy out`,
      hint: 'use `Admin` or `Baseline`',
    });
  }
  const { selectors } = context;
  const selector = readSubject(spec.childOrEmpty('subject'), context);
  const ingressRules = readRules(spec, { namespace: '', selectors, direction: 'ingress' });
  const egressRules = readRules(spec, { namespace: '', selectors, direction: 'egress' });
  // Without any rule the list of types is empty, which means both (semantics 1.13).
  const hasNone = ingressRules.length === 0 && egressRules.length === 0;
  const policy: Policy = {
    kind: 'KubernetesClusterNetworkPolicy',
    namespace: '',
    name: manifest.name,
    tier: tier ?? 'kube-admin',
    order: spec.integer('priority', 0, 1000) ?? 0,
    stagedAction: null,
    selector,
    ingress: hasNone || ingressRules.length > 0,
    egress: hasNone || egressRules.length > 0,
    ingressRules,
    egressRules,
    forWorkloads: true,
    state: findings.state(context.reading),
    position: manifest.document.locate([]),
  };
  return { into: 'policies', value: policy };
};

const tiers: ReadonlyMap<string, string> = new Map([
  ['Admin', 'kube-admin'],
  ['Baseline', 'kube-baseline'],
]);

const actions: ReadonlyMap<string, RuleAction> = new Map([
  ['Accept', 'allow'],
  ['Deny', 'deny'],
  ['Pass', 'pass'],
]);

function readSubject(subject: Fields, { selectors }: DecodeContext): Policy['selector'] {
  const pods = subject.child('pods');
  const namespaces = subject.child('namespaces');
  if (pods === null && namespaces === null) {
    subject.report('dropped', null, {
      message: 'the subject names neither `pods` nor `namespaces`, so Calico leaves the policy out',
    });
    return emptyBody.selector;
  }
  const texts = {
    selector: podSelectorText(
      namespaces === null ? (pods?.childOrEmpty('podSelector') ?? null) : null,
    ),
    namespaceSelector: namespaceSelectorText(
      namespaces ?? pods?.childOrEmpty('namespaceSelector') ?? null,
    ),
    serviceAccountSelector: '',
  };
  const selector = selectors.parse(policySelectorText(texts, '', selectors));
  if (selector.kind !== 'error') return selector;
  subject.report('dropped', null, {
    message: `Felix drops the whole policy because of this selector: ${selector.message}`,
  });
  return emptyBody.selector;
}

function readRules(spec: Fields, context: RuleContext): Rule[] {
  return spec.children(context.direction).flatMap((rule) => readRule(rule, context));
}

function readRule(rule: Fields, context: RuleContext): Rule[] {
  const action = actions.get(rule.text('action'));
  if (action === undefined) {
    rule.report('odd', 'action', {
      message: `${shown(rule.text('action'))} is no action of a cluster policy, so Calico leaves the rule out`,
      hint: 'use `Accept`, `Deny` or `Pass`',
    });
    return [];
  }
  const ports = readPorts(rule);
  const peers = readPeers(rule, context);
  if (ports === null || peers === null) return failedRule(rule, action);
  return groupedRules(action, { groups: groupPorts(ports), peers, direction: context.direction });
}

/** Closed rather than open: a Deny or Pass that cannot be converted denies everything. */
function failedRule(rule: Fields, action: RuleAction): Rule[] {
  const isOpen = action === 'allow';
  rule.report('odd', null, {
    message: isOpen
      ? 'Calico cannot convert this rule and leaves it out'
      : 'Calico cannot convert this rule and denies everything in its place',
  });
  return isOpen ? [] : [{ ...anyRule, action: 'deny' }];
}

function readPorts(rule: Fields): readonly ProtocolPort[] | null {
  const ports: ProtocolPort[] = [];
  for (const entry of rule.children('protocols')) {
    const port = readProtocolPort(entry);
    if (port === null) return null;
    // Neither protocol nor port: everything, whatever else is listed.
    if (port.protocol === '' && port.port === null) return [];
    ports.push(port);
  }
  return ports;
}

function readProtocolPort(entry: Fields): ProtocolPort | null {
  for (const name of ['tcp', 'udp', 'sctp']) {
    const protocol = entry.child(name);
    if (protocol === null) continue;
    const port = readPort(protocol.childOrEmpty('destinationPort'));
    return port?.kind === 'error' ? null : { protocol: name.toUpperCase(), port };
  }
  const named = entry.text('destinationNamedPort');
  if (named === '') return { protocol: '', port: null };
  const port = parsePort(named);
  const flaw = portFlaw(port);
  if (flaw !== null) entry.report('dropped', 'destinationNamedPort', { message: flaw });
  return { protocol: '', port };
}

function readPort(port: Fields): PortText | null {
  const number = port.integer('number', 0, 65535);
  if (number !== null && number !== 0) return parsePort(String(number));
  const range = port.child('range');
  if (range === null) return null;
  const start = range.integer('start', 0, 65535) ?? 0;
  const end = range.integer('end', 0, 65535) ?? 0;
  const parsed = parsePort(`${start}:${end}`);
  const flaw = parsed.kind === 'error' ? null : portFlaw(parsed);
  if (flaw !== null) range.report('dropped', 'start', { message: flaw });
  return parsed;
}

function readPeers(rule: Fields, context: RuleContext): EntityRule[] | null {
  const peers: EntityRule[] = [];
  for (const peer of rule.children(context.direction === 'ingress' ? 'from' : 'to')) {
    const read = readPeer(peer, context);
    if (read === null) return null;
    peers.push(read);
  }
  return peers;
}

/** Null if it names nothing that Calico supports. */
function readPeer(peer: Fields, context: RuleContext): EntityRule | null {
  const pods = peer.child('pods');
  const namespaces = peer.child('namespaces');
  const networks = context.direction === 'egress' ? peer.texts('networks') : [];
  const nets = readNetworks(networks);
  if (nets === null || (pods === null && namespaces === null && nets.length === 0)) return null;
  const selected = pods !== null || namespaces !== null ? peerTexts(pods, namespaces) : null;
  const entity = selected === null ? anyEntity : selectedPeer(peer, selected, context);
  return nets.length === 0 ? entity : { ...entity, nets };
}

function peerTexts(
  pods: Fields | null,
  namespaces: Fields | null,
): { readonly selector: string; readonly namespaceSelector: string } {
  if (pods === null) {
    return { selector: '', namespaceSelector: namespaceSelectorText(namespaces) };
  }
  return {
    selector: podSelectorText(pods.childOrEmpty('podSelector')),
    namespaceSelector: namespaceSelectorText(pods.childOrEmpty('namespaceSelector')),
  };
}

function readNetworks(texts: readonly string[]): Prefix[] | null {
  const nets: Prefix[] = [];
  for (const text of texts) {
    const parsed = parsePrefix(text);
    if (parsed === null || parsed.isBare) return null;
    nets.push(parsed.prefix);
  }
  return nets;
}
