import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../stage/ports.ts';

/** All that a command touches outside itself, so that tests can stand in for it. */
export interface Surroundings {
  /** Data in and data out; everything else goes to `stderr`. */
  readonly stdin: Readable;
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}
