import type { Prefix } from '../../net/address.ts';
import type { EntityRule, Rule } from '../resources/model.ts';

/**
 * The address families that a rule exists for in the dataplane: bit 0 IPv4, bit 1 IPv6 (semantics DIV-04, DIV-05).
 */
export function familiesOf(rule: Rule): number {
  let families = IPV4 | IPV6;
  if (rule.ipVersion === 4) families &= IPV4;
  if (rule.ipVersion === 6) families &= IPV6;
  return families & familiesOfEnd(rule.source) & familiesOfEnd(rule.destination);
}

const IPV4 = 1;
const IPV6 = 2;

function familiesOfEnd({ nets, notNets }: EntityRule): number {
  let families = IPV4 | IPV6;
  if (nets !== null && nets.length > 0) families &= familiesIn(nets);
  if (notNets !== null && notNets.length > 0) families &= familiesIn(notNets) & ~wholeIn(notNets);
  return families;
}

function familiesIn(nets: readonly Prefix[]): number {
  return nets.reduce((families, net) => families | bitOf(net), 0);
}

function wholeIn(nets: readonly Prefix[]): number {
  return familiesIn(nets.filter(({ length }) => length === 0));
}

function bitOf({ address }: Prefix): number {
  return address.family === 4 ? IPV4 : IPV6;
}
