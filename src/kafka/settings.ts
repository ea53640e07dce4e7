import type { Limits } from '../stage/limits.ts';

/** Where the brokers are and who we are to them (contract 3, `kafka.*`). */
export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** `null` = plain text. */
  readonly ssl: TlsSettings | null;
  readonly sasl: SaslSettings | null;
  /** What a broker may make us hold. */
  readonly limits: Pick<Limits, 'frameBytes' | 'batchBytes' | 'batchRecords' | 'batchHeaders'>;
}

/** PEM files; the certificate and key are our own, for brokers that ask for one. */
export interface TlsSettings {
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
  /** The name the broker's certificate must bear, where it differs from the host in `brokers`. */
  readonly serverName: string | null;
}

export type SaslSettings =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      /** The file is read anew for each login, so that it may be rotated. */
      readonly password: string | { readonly file: string };
    }
  /** The token file is read anew for each login, too. */
  | { readonly mechanism: 'oauthbearer'; readonly tokenFile: string };

/** How patient the client is. Tests on a broker of their own shorten it. */
export interface KafkaTiming {
  readonly connectionTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** A member silent for this long is given up by its group. */
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  /** How long a member may take to finish its batches when the group rebalances. */
  readonly rebalanceTimeoutMs: number;
  /** A fetch waits this long for records. A rebalance or a stop waits for the fetch. */
  readonly fetchWaitMs: number;
  /** New partitions are seen within this time. */
  readonly metadataMaxAgeMs: number;
  /** After this long in `stop`, batches still waiting for the broker are given up uncommitted. */
  readonly drainMs: number;
  /** The broker aborts a transaction that is open for so long; we give it up after a third of it. */
  readonly transactionTimeoutMs: number;
}

export const kafkaTimingDefault: KafkaTiming = {
  connectionTimeoutMs: 3000,
  requestTimeoutMs: 10_000,
  sessionTimeoutMs: 10_000,
  heartbeatIntervalMs: 1000,
  rebalanceTimeoutMs: 30_000,
  // Each that brings nothing costs a millisecond.
  fetchWaitMs: 1000,
  metadataMaxAgeMs: 30_000,
  drainMs: 7000,
  transactionTimeoutMs: 15_000,
};
