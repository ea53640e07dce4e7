import type { Prefix } from '../../net/address.ts';
import { parsePrefix } from '../../net/prefix.ts';
import type { Fields } from './fields.ts';
import { shown } from './shown.ts';

/**
 * The blocks in the member `name` of one side of a Calico rule, as Felix reads them: masked, bare
 * addresses as blocks of one, unreadable ones left out. Null if none is left (semantics 2.3).
 */
export function readNets(entity: Fields, name: string): readonly Prefix[] | null {
  const texts = entity.texts(name);
  if (texts.length > netsMax) {
    entity.report('refused', name, { message: `more than ${netsMax} blocks` });
  }
  const nets: Prefix[] = [];
  for (const [index, text] of texts.entries()) {
    const parsed = parsePrefix(text);
    const flaw = cidrFlaw(text);
    if (flaw !== null) entity.item(name).report('refused', index, { message: flaw });
    if (parsed !== null) nets.push(parsed.prefix);
  }
  return nets.length === 0 ? null : nets;
}

/** Why a text is no CIDR with all host bits zero, or null. */
export function cidrFlaw(text: string): string | null {
  const parsed = parsePrefix(text);
  if (parsed === null)
    return `${shown(text)} is no CIDR such as \`10.0.0.0/8\` or \`2001:db8::/32\``;
  if (parsed.isBare) {
    return `${shown(text)} is an address where a CIDR is needed: append \`/${parsed.prefix.length}\``;
  }
  return parsed.hasHostBits ? `${shown(text)} has bits set beyond the length of its prefix` : null;
}

/** Refuses a rule that mixes IPv4 and IPv6, or excludes everything (semantics 1.6). */
export function checkFamilies(sides: readonly Fields[], ipVersion: 4 | 6 | null): void {
  const seen = new Set<4 | 6>();
  for (const side of sides) {
    for (const name of ['nets', 'notNets'] as const) {
      const found = familiesIn(side, name);
      for (const family of found) seen.add(family);
      if (found.size > 0 && seen.size > 1) {
        side.report('refused', name, { message: 'the rule has both IPv4 and IPv6 blocks' });
      }
      if (ipVersion !== null && [...found].some((family) => family !== ipVersion)) {
        side.report('refused', name, { message: `the rule’s ipVersion is ${ipVersion}` });
      }
    }
  }
}

const netsMax = 256;

function familiesIn(side: Fields, name: 'nets' | 'notNets'): Set<4 | 6> {
  const families = new Set<4 | 6>();
  for (const [index, item] of side.list(name).entries()) {
    const parsed = typeof item === 'string' ? parsePrefix(item) : null;
    if (parsed === null || parsed.isBare) continue;
    families.add(parsed.prefix.address.family);
    if (name === 'notNets' && parsed.prefix.length === 0) {
      side.item(name).report('refused', index, {
        message: `${shown(String(item))} excludes every address, so the rule matches nothing`,
      });
    }
  }
  return families;
}
