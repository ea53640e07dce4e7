import type { Limits } from '../stage/limits.ts';

/** Where the schema registry is and who we are to it (contract 3, `registry.*`). */
export interface RegistrySettings {
  /** With its base path; without credentials, query and fragment. */
  readonly url: string;
  /** The password is asked for with each request, so that it may be rotated. */
  readonly credentials: {
    readonly username: string;
    readonly password: () => Promise<string>;
  } | null;
  /** PEM; `null` = the certificates of the system. */
  readonly caFile: string | null;
  /** `wait`: nothing goes on without an answer. `dead-letter`: a few attempts, then the record goes. */
  readonly onUnreachable: 'wait' | 'dead-letter';
  readonly limits: RegistryLimits;
}

/** What a registry may make us hold. */
export type RegistryLimits = Pick<Limits, 'schemas' | 'schemaBytes' | 'registryRequests'>;

/** How patient the client is. Tests with a registry of their own shorten it. */
export interface RegistryTiming {
  /** One request, from its first byte to the last of the answer. */
  readonly requestMs: number;
  readonly retryFirstMs: number;
  readonly retryMaxMs: number;
  /** The longest that a `Retry-After` is obeyed. */
  readonly retryAfterMaxMs: number;
  /** Attempts before a record is given up under `dead-letter`. */
  readonly attempts: number;
  /** After this long a schema nobody knew is asked for once more: replicas of a registry lag. */
  readonly lookAgainMs: number;
  /** How long it is remembered that a schema is unknown, or that the registry did not answer. */
  readonly failureMs: number;
}

export const registryTimingDefault: RegistryTiming = {
  requestMs: 5000,
  retryFirstMs: 200,
  retryMaxMs: 10_000,
  retryAfterMaxMs: 60_000,
  attempts: 5,
  lookAgainMs: 500,
  failureMs: 10_000,
};
