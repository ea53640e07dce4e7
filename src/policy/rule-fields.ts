import { formatPrefix } from '../net/prefix.ts';
import type { Prefix } from '../net/address.ts';
import { formatRecordProtocol } from '../net/protocols.ts';
import { formatSelector } from './selector/format.ts';
import type { EntityRule, IcmpMatch, PortList, Rule } from './resources/model.ts';
import type { Selector } from './selector/ast.ts';

/** One thing that a rule asks, by the path at which it is written. */
export type RuleField = readonly [path: string, text: string];

/** What a rule asks, in words; empty if it asks nothing. */
export function ruleFields(rule: Rule): readonly RuleField[] {
  const { protocol, notProtocol, ipVersion, icmp, notIcmp, http, source, destination } = rule;
  return given([
    ['protocol', protocol === null ? null : formatRecordProtocol(protocol)],
    ['notProtocol', notProtocol === null ? null : formatRecordProtocol(notProtocol)],
    ['ipVersion', ipVersion === null ? null : String(ipVersion)],
    ['icmp', icmpText(icmp)],
    ['notICMP', icmpText(notIcmp)],
    ...entityFields('source', source),
    ...entityFields('destination', destination),
    ['http', http ? 'given' : null],
  ]);
}

/** A selector without the parentheses around all of it. */
export function plainSelector(selector: Selector): string {
  const text = formatSelector(selector);
  return selector.kind === 'and' || selector.kind === 'or' ? text.slice(1, -1) : text;
}

type MaybeField = readonly [path: string, text: string | null];

function given(fields: readonly MaybeField[]): readonly RuleField[] {
  return fields.flatMap(([path, text]) => (text === null ? [] : [[path, text] as const]));
}

function entityFields(end: 'source' | 'destination', entity: EntityRule): readonly MaybeField[] {
  const { selector, notSelector, nets, notNets, ports, notPorts, service } = entity;
  return [
    [`${end}.selector`, selector === null ? null : plainSelector(selector)],
    [`${end}.notSelector`, notSelector === null ? null : plainSelector(notSelector)],
    [`${end}.nets`, netsText(nets)],
    [`${end}.notNets`, netsText(notNets)],
    [`${end}.services`, service === null ? null : `${service.namespace}/${service.name}`],
    [`${end}.ports`, portsText(ports)],
    [`${end}.notPorts`, portsText(notPorts)],
  ];
}

function netsText(nets: readonly Prefix[] | null): string | null {
  if (nets === null || nets.length === 0) return null;
  const shown = nets.slice(0, netsShownMax).map(formatPrefix).join(', ');
  return nets.length > netsShownMax ? `${shown} and ${nets.length - netsShownMax} more` : shown;
}

const netsShownMax = 8;

function portsText(ports: PortList | null): string | null {
  if (ports === null) return null;
  const ranges = ports.ranges.map(([low, high]) => (low === high ? String(low) : `${low}-${high}`));
  const texts = [...ranges, ...ports.names];
  return texts.length === 0 ? null : texts.join(', ');
}

function icmpText(icmp: IcmpMatch | null): string | null {
  if (icmp === null) return null;
  return icmp.code === null ? `type ${icmp.type}` : `type ${icmp.type} code ${icmp.code}`;
}
