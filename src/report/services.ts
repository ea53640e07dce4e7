import { formatRecordProtocol } from '../net/protocols.ts';

/** What a port is for, as people call it: `dns`, else `tcp/8443`. */
export function serviceOf(protocol: string | null, port: number | null): string {
  return wellKnown.get(port ?? 0) ?? endpointOf(protocol, port);
}

/** `tcp/8443`; `icmp` where there is no port. */
export function endpointOf(protocol: string | null, port: number | null): string {
  const word = protocol ?? 'any protocol';
  return port === null || port === 0 ? word : `${word}/${port}`;
}

/** `tcp`; `null` = the record does not say. */
export function protocolWord(protocol: number | null): string | null {
  return protocol === null ? null : formatRecordProtocol(protocol);
}

const wellKnown: ReadonlyMap<number, string> = new Map([
  [22, 'ssh'],
  [53, 'dns'],
  [80, 'http'],
  [123, 'ntp'],
  [389, 'ldap'],
  [443, 'https'],
  [636, 'ldaps'],
  [1433, 'sql server'],
  [2379, 'etcd'],
  [3306, 'mysql'],
  [5432, 'postgresql'],
  [5672, 'amqp'],
  [6379, 'redis'],
  [9092, 'kafka'],
  [9200, 'elasticsearch'],
  [11211, 'memcached'],
  [27017, 'mongodb'],
]);
