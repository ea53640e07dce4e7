import { anyEntity } from './entity.ts';
import type { RuleContext } from './entity.ts';
import type { Fields } from './fields.ts';
import { groupedRules } from './grouped-rules.ts';
import { readPeer } from './kubernetes-peer.ts';
import { readKubernetesPorts } from './kubernetes-port.ts';
import type { Rule } from './model.ts';
import { groupPorts } from './port-groups.ts';

/** What the reading of a Kubernetes rule depends on. */
export interface KubernetesRuleContext extends RuleContext {
  readonly isStaged: boolean;
}

/**
 * The rules of one direction: each becomes one a protocol and peer, numbered through (semantics
 * 2.5). A rule with an unreadable port goes missing from an enforced policy, and takes a staged one
 * with it.
 */
export function kubernetesRules(spec: Fields, context: KubernetesRuleContext): Rule[] {
  return spec.children(context.direction).flatMap((rule) => convert(rule, context));
}

function convert(rule: Fields, context: KubernetesRuleContext): Rule[] {
  const peersName = context.direction === 'ingress' ? 'from' : 'to';
  rule.warnOfUnknown(['ports', peersName]);
  const ports = readKubernetesPorts(rule, context.isStaged);
  const peers = rule.children(peersName).map((peer) => readPeer(peer, context));
  if (ports === null) return [];
  return groupedRules('allow', {
    groups: groupPorts(ports),
    peers: peers.length === 0 ? [anyEntity] : peers,
    direction: context.direction,
  });
}
