import { randomBytes } from 'node:crypto';

import { inject } from 'vitest';

import type { ListenerKind } from './listeners.ts';
import type { TlsMaterial } from './tls-material.ts';

/** What a suite may know of the broker that all suites of a run share. */
export interface SharedBroker {
  readonly bootstrap: string;
  readonly backEnd: string;
  readonly doors: Readonly<Record<ListenerKind, readonly string[]>>;
  readonly tls: TlsMaterial | null;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Text: why there is no broker. */
    readonly broker: SharedBroker | string;
  }
}

/** The broker of this run. Throws, so that the suite fails, where there is none. */
export function sharedBroker(): SharedBroker {
  const broker = inject('broker');
  if (typeof broker === 'string') throw new Error(broker);
  return broker;
}

/** A name nobody else uses: suites share the broker, not the topics. */
export function uniqueName(stem: string): string {
  return `${stem}-${randomBytes(4).toString('hex')}`;
}
