import type { Cluster } from './cluster.ts';

/** Brokers that somebody else runs: used as they are, never stopped. */
export function givenCluster(brokers: string): Cluster {
  const addresses = brokers
    .split(',')
    .map((address) => address.trim())
    .filter((address) => address !== '');
  return {
    backEnd: 'given',
    listener: (kind) => (kind === 'plaintext' ? addresses : []),
    tls: null,
    faults: null,
    proxy: null,
    tool: (className) => Promise.reject(new Error(`\`${className}\` is not ours to run here`)),
    logs: async () => '',
    stop: async () => {},
  };
}
