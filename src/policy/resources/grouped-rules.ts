import { protocolNamed } from '../../net/protocols.ts';
import type { RuleAction } from '../actions.ts';
import { anyEntity } from './entity.ts';
import type { EntityRule, Rule } from './model.ts';
import { impliedVersion } from './protocol.ts';
import type { PortGroup } from './port-groups.ts';

/** One rule for each protocol and, within it, each peer (semantics 2.5, 2.6). Ports are the destination's. */
export function groupedRules(
  action: RuleAction,
  parts: {
    readonly groups: readonly PortGroup[];
    readonly peers: readonly EntityRule[];
    readonly direction: 'ingress' | 'egress';
  },
): Rule[] {
  return parts.groups.flatMap(({ protocol, ports }) =>
    parts.peers.map((peer) => ({
      ...anyRule,
      action,
      ipVersion: impliedVersion(protocol),
      protocol: protocolNumber(protocol),
      source: parts.direction === 'ingress' ? peer : anyEntity,
      destination: parts.direction === 'ingress' ? { ...anyEntity, ports } : { ...peer, ports },
    })),
  );
}

/** The number behind a protocol text of Kubernetes; null if it is empty or unknown. */
export function protocolNumber(text: string): number | null {
  const isNumber = /^[0-9]{1,3}$/.test(text) && Number(text) > 0 && Number(text) < 256;
  return isNumber ? Number(text) : protocolNamed(text);
}

/** A rule that asks for nothing, but its action. */
export const anyRule: Omit<Rule, 'action'> = {
  ipVersion: null,
  protocol: null,
  notProtocol: null,
  icmp: null,
  notIcmp: null,
  source: anyEntity,
  destination: anyEntity,
  http: false,
};
