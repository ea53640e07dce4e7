import type { Health } from '../stage/health.ts';
import type { Clock, Logger } from '../stage/ports.ts';
import type { DerivedSchema, DeriveSchema, SchemaSource } from '../stage/writer-schemas.ts';
import type { Failure } from './answer.ts';
import { BatchSchemas } from './batch-schemas.ts';
import { RegistryClient } from './client.ts';
import { startError } from './failures.ts';
import { persist } from './persist.ts';
import { SchemaLoader } from './schema-loader.ts';
import { type RegistrySettings, type RegistryTiming, registryTimingDefault } from './settings.ts';
import { Standing } from './standing.ts';

export interface ConnectOptions<Derived extends DerivedSchema> {
  readonly settings: RegistrySettings;
  readonly startupTimeoutMs: number;
  /** Where the outputs go: their schemas are registered under `<topic>-value`. */
  readonly outputTopic: string;
  readonly derive: DeriveSchema<Derived>;
  readonly health: Health;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly timing?: RegistryTiming;
}

export interface Registry<Derived extends DerivedSchema> {
  readonly schemas: SchemaSource<Derived>;
  readonly close: () => void;
}

/**
 * Waits until a registry answers and lets us in.
 * @throws CodedError `registry/unreachable` after the start-up time-out; `registry/not-authorised`,
 *   `registry/untrusted` at once, since waiting cannot help
 */
export async function connectRegistry<Derived extends DerivedSchema>(
  options: ConnectOptions<Derived>,
  signal: AbortSignal,
): Promise<Registry<Derived>> {
  const { settings, timing = registryTimingDefault } = options;
  const subject = `${options.outputTopic}-value`;
  const standing = new Standing({ ...options, url: settings.url });
  const client = new RegistryClient(settings, timing);
  const close = (): void => client.close();
  try {
    await reach({ ...options, timing, client, subject, standing }, signal);
  } catch (error) {
    close();
    throw error;
  }
  const loader = new SchemaLoader({ ...options, client, standing, timing, subject });
  const { lookAgainMs } = timing;
  return { schemas: new BatchSchemas({ loader, limits: settings.limits, lookAgainMs }), close };
}

interface ReachOptions {
  readonly settings: RegistrySettings;
  readonly startupTimeoutMs: number;
  readonly clock: Clock;
  readonly timing: RegistryTiming;
  readonly client: RegistryClient;
  readonly subject: string;
  readonly standing: Standing;
}

async function reach(options: ReachOptions, signal: AbortSignal): Promise<void> {
  const { client, clock, standing, subject, timing, startupTimeoutMs } = options;
  const startMs = clock.monotonicMs();
  const goesOn = (failure: Failure): boolean => {
    const mayPass = failure.trouble === 'unreachable';
    if (!mayPass || clock.monotonicMs() - startMs >= startupTimeoutMs) return false;
    standing.waits(options, failure);
    return true;
  };
  const answer = await persist(async () => client.knock(subject, signal), goesOn, {
    timing,
    signal,
  });
  if (!answer.ok) throw startError(options.settings.url, answer, startupTimeoutMs / 1000);
  standing.answered(options);
}
