import type { Address, Prefix } from '../../src/net/address.ts';
import { contains } from '../../src/net/prefix.ts';
import type { EntityRule, IcmpMatch, PortList, Rule } from '../../src/policy/resources/model.ts';
import { matches } from '../../src/policy/selector/interpret.ts';
import type { Selector } from '../../src/policy/selector/ast.ts';
import { isMember, isSame, itemsOf, labelOf, type Item, type View } from './world-view.ts';

/** All that a rule can ask of a connection (semantics 4.1). */
export interface Connection {
  readonly source: Address;
  readonly destination: Address;
  /** As in the record: may lie outside 1..255. */
  readonly protocol: number;
  readonly sourcePort: number;
  readonly destPort: number;
  /** What the record says apart from the ports; null = nothing. */
  readonly icmp: IcmpValue | null;
}

export interface IcmpValue {
  readonly type: number;
  readonly code: number;
}

/** Whether all criteria of a rule hold (semantics 4). */
export function ruleMatches(rule: Rule, connection: Connection, view: View): boolean {
  const { protocol, source, destination, sourcePort, destPort } = connection;
  // Semantics 4.4: no rule at all, not even an empty one.
  if (protocol < 1 || protocol > 255) return false;
  if (rule.protocol !== null && rule.protocol !== protocol) return false;
  if (rule.notProtocol !== null && rule.notProtocol === protocol) return false;
  if (view.mode === 'enforcement' && !existsForFamily(rule, source.family)) return false;
  if (view.mode === 'enforcement' && !icmpMatches(rule, connection, view)) return false;
  const ends = { rule, protocol, view };
  return (
    entityMatches(rule.source, { ...ends, side: 'source', address: source, port: sourcePort }) &&
    entityMatches(rule.destination, {
      ...ends,
      side: 'destination',
      address: destination,
      port: destPort,
    })
  );
}

interface End {
  readonly side: 'source' | 'destination';
  readonly address: Address;
  readonly port: number;
  readonly protocol: number;
  readonly rule: Rule;
  readonly view: View;
}

function entityMatches(entity: EntityRule, end: End): boolean {
  const { address } = end;
  const { nets, notNets, ports, notPorts } = entity;
  if (isGiven(nets) && !nets.some((net) => contains(net, address))) return false;
  if (isGiven(notNets) && notNets.some((net) => contains(net, address))) return false;
  if (!selectorsMatch(entity, end)) return false;
  if (ports !== null && !portListHolds(ports, entity, end)) return false;
  if (notPorts !== null && portListHolds(notPorts, entity, end)) return false;
  return entity.service === null || serviceMatches(entity.service, end);
}

function isGiven(nets: readonly Prefix[] | null): nets is readonly Prefix[] {
  return nets !== null && nets.length > 0;
}

/** Semantics 4.2. A side with named ports only needs no test: they are asked of selected items (4.5). */
function selectorsMatch({ selector, notSelector, ports }: EntityRule, end: End): boolean {
  const { address, view } = end;
  if (selector !== null) {
    if (ports !== null && ports.ranges.length === 0) return true;
    return isMember(address, (item) => isSelected(item, selector, notSelector, view), view);
  }
  return notSelector === null || !isMember(address, (item) => has(item, notSelector, view), view);
}

function isSelected(item: Item, yes: Selector, no: Selector | null, view: View): boolean {
  return has(item, yes, view) && (no === null || !has(item, no, view));
}

function has(item: Item, selector: Selector, view: View): boolean {
  return matches(selector, (key) => labelOf(item, key, view));
}

/** Semantics 4.5, DIV-01, DIV-02. */
function portListHolds(list: PortList, entity: EntityRule, end: End): boolean {
  if (list.ranges.some(([low, high]) => low <= end.port && end.port <= high)) return true;
  if (end.view.mode === 'calico') return false;
  return itemsOf(end.address, end.view).some(
    (item) =>
      (entity.selector === null ||
        isSelected(item, entity.selector, entity.notSelector, end.view)) &&
      'ports' in item &&
      item.ports.some(
        (port) =>
          list.names.includes(port.name) &&
          port.port === end.port &&
          port.protocol === end.protocol &&
          fitsProtocol(port.protocol, end.rule.protocol),
      ),
  );
}

/** A named port's protocol against that of the rule. */
function fitsProtocol(protocol: number, ruleProtocol: number | null): boolean {
  if (ruleProtocol === null) return [TCP, UDP, SCTP].includes(protocol);
  return protocol === (ruleProtocol === UDP || ruleProtocol === SCTP ? ruleProtocol : TCP);
}

/** Semantics 4.6, DIV-06. */
function serviceMatches(
  { namespace, name }: { namespace: string; name: string },
  end: End,
): boolean {
  const { resources, mode } = end.view;
  if (namespace === '') return false;
  if (end.side === 'destination' && mode === 'calico' && ![TCP, UDP].includes(end.protocol)) {
    return false;
  }
  return resources.inventory.services
    .filter((service) => service.namespace === namespace && service.name === name)
    .flatMap((service) => service.slices)
    .some(
      (slice) =>
        slice.addresses.some((address) => isSame(address, end.address)) &&
        (end.side === 'source' ||
          slice.ports.some(({ port, protocol }) => port === end.port && protocol === end.protocol)),
    );
}

/** DIV-04 and DIV-05: rules are written for one family or both. */
function existsForFamily(rule: Rule, family: 4 | 6): boolean {
  if (rule.ipVersion !== null && rule.ipVersion !== family) return false;
  return [rule.source, rule.destination].every(({ nets, notNets }) => {
    if (isGiven(nets) && !nets.some((net) => net.address.family === family)) return false;
    if (!isGiven(notNets)) return true;
    const own = notNets.filter((net) => net.address.family === family);
    return own.length > 0 && own.every((net) => net.length > 0);
  });
}

/** DIV-03: type and code are known of ICMPv4 only; unknown, the criterion is as if absent. */
function icmpMatches({ icmp, notIcmp }: Rule, connection: Connection, view: View): boolean {
  const value = icmpOf(connection, view);
  if (value === null) return true;
  const holds = (wanted: IcmpMatch): boolean =>
    wanted.type === value.type && (wanted.code === null || wanted.code === value.code);
  return (icmp === null || holds(icmp)) && (notIcmp === null || !holds(notIcmp));
}

function icmpOf({ protocol, destPort, icmp }: Connection, view: View): IcmpValue | null {
  if (icmp !== null) return icmp;
  if (protocol !== ICMP || !view.icmpFromPort) return null;
  return { type: destPort >> 8, code: destPort & 255 };
}

const ICMP = 1;
const TCP = 6;
const UDP = 17;
const SCTP = 132;
