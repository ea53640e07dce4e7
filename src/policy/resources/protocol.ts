import { protocolNamed, protocolNumbers } from '../../net/protocols.ts';
import type { Fields } from './fields.ts';
import { shown } from './shown.ts';

/** TCP, UDP and SCTP. */
export function hasPorts(protocol: number): boolean {
  return protocol === 6 || protocol === 17 || protocol === 132;
}

/** The IP version of a protocol that is written as a name; a number implies none (semantics DIV-04). */
export function impliedVersion(protocol: unknown): 4 | 6 | null {
  const name = typeof protocol === 'string' ? protocol.toLowerCase() : '';
  if (name === 'icmp') return 4;
  return name === 'icmpv6' ? 6 : null;
}

/** The protocol number in the member `name` of a Calico rule; null if absent or reported. */
export function readProtocol(rule: Fields, name: string): number | null {
  const value = rule.any(name);
  if (value === undefined) return null;
  const number = typeof value === 'string' ? fromText(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number > 0 && number < 256) {
    return number;
  }
  if (typeof value === 'string') {
    const known = protocolNamed(value);
    rule.report(known === null ? 'broken' : 'refused', name, {
      message: `${shown(value)} is no protocol`,
      hint: `use one of ${names}, or a number from 1 to 255`,
    });
    return known;
  }
  rule.report('broken', name, {
    message: 'expected the name or the number of a protocol',
    hint: `use one of ${names}, or a number from 1 to 255`,
  });
  return null;
}

const names = Object.keys(protocolNumbers)
  .map((name) => `\`${name}\``)
  .join(', ');

function fromText(text: string): number | null {
  if (/^[0-9]+$/.test(text)) return Number(text);
  return new Map<string, number>(Object.entries(protocolNumbers)).get(text) ?? null;
}
