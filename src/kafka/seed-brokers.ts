import { isIPv6 } from 'node:net';

/** Brokers to begin with, in the only form that kafkajs can take apart. */
export interface SeedBrokers {
  readonly brokers: string[];
  /** The address behind a stand-in. */
  readonly addressOf: (host: string) => string;
}

/** kafkajs cuts `host:port` at the first colon: an IPv6 address needs a name to stand in for it. */
export function seedBrokers(brokers: readonly string[]): SeedBrokers {
  const addresses = new Map<string, string>();
  return {
    brokers: brokers.map((broker, index) => {
      const { host, port } = parseBroker(broker);
      if (!isIPv6(host)) return broker;
      const standIn = `ipv6-${index}.invalid`;
      addresses.set(standIn, host);
      return `${standIn}:${port}`;
    }),
    addressOf: (host) => addresses.get(host) ?? host,
  };
}

/** `host:port`, an IPv6 address in brackets. */
export function parseBroker(broker: string): { readonly host: string; readonly port: string } {
  const colon = broker.lastIndexOf(':');
  return {
    host: broker.slice(0, colon).replace(/^\[(.*)\]$/, '$1'),
    port: broker.slice(colon + 1),
  };
}
