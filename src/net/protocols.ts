/** IP protocol numbers by the names that policies use (semantics 1.5, 4.4). */
export const protocolNumbers = {
  TCP: 6,
  UDP: 17,
  ICMP: 1,
  ICMPv6: 58,
  SCTP: 132,
  UDPLite: 136,
} as const;

/** Number of a policy's protocol, its name written in any case; null if there is no such name. */
export function protocolNamed(name: string): number | null {
  return byName.get(name.toLowerCase()) ?? null;
}

/**
 * Number of the protocol text of a flow record: the collector's names in any case, or digits
 * (semantics 4.4). It may lie outside 0..255; null if the text is neither.
 */
export function recordProtocolNumber(text: string): number | null {
  const known = byRecordName.get(text.toLowerCase());
  if (known !== undefined) return known;
  return /^[0-9]{1,10}$/.test(text) ? Number(text) : null;
}

/** The text of a protocol number in flow records. */
export function formatRecordProtocol(number: number): string {
  return recordNames.get(number) ?? String(number);
}

const byName = new Map<string, number>(
  Object.entries(protocolNumbers).map(([name, number]) => [name.toLowerCase(), number]),
);

/** `icmp6`, where policies say ICMPv6. */
const recordNames = new Map<number, string>([
  [1, 'icmp'],
  [4, 'ipip'],
  [6, 'tcp'],
  [17, 'udp'],
  [50, 'esp'],
  [58, 'icmp6'],
  [132, 'sctp'],
]);

const byRecordName = new Map([...recordNames].map(([number, name]) => [name, number]));
