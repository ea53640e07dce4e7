import type { Health } from '../stage/health.ts';
import type { Clock, Logger } from '../stage/ports.ts';
import type { DerivedSchema, DeriveSchema, SchemaSource } from '../stage/writer-schemas.ts';
import type { CodedError } from '../std/coded-error.ts';
import { isOfRegistry, type Answer, type Failure } from './answer.ts';
import { BatchSchemas } from './batch-schemas.ts';
import { RegistryClient } from './client.ts';
import { incompatible, startError } from './failures.ts';
import { persist } from './persist.ts';
import { SchemaLoader } from './schema-loader.ts';
import { type RegistrySettings, type RegistryTiming, registryTimingDefault } from './settings.ts';
import { Standing } from './standing.ts';

export interface ConnectOptions<Derived extends DerivedSchema> {
  readonly settings: RegistrySettings;
  readonly startupTimeoutMs: number;
  /** Where the outputs go: what they are written with is registered under `<topic>-value`. */
  readonly outputTopic: string;
  readonly derive: DeriveSchema<Derived>;
  /** Whether outputs are written with the schemas derived of those of their inputs. */
  readonly isDerivedWritten: boolean;
  readonly health: Health;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly timing?: RegistryTiming;
}

export interface Registry<Derived extends DerivedSchema> {
  readonly schemas: SchemaSource<Derived>;
  /**
   * Number of a schema that all outputs are written with.
   * @throws CodedError as `connectRegistry`; `registry/incompatible`
   */
  readonly register: (schemaText: string, signal: AbortSignal) => Promise<number>;
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
  const insisting = { ...options, timing, standing };
  try {
    const answer = await insist(async () => client.knock(subject, signal), insisting, signal);
    if (!answer.ok) throw startErrorOf(answer, options);
  } catch (error) {
    close();
    throw error;
  }
  const written = options.isDerivedWritten ? subject : null;
  const loader = new SchemaLoader({ ...options, client, standing, timing, subject: written });
  const { lookAgainMs } = timing;
  return {
    schemas: new BatchSchemas({ loader, limits: settings.limits, lookAgainMs }),
    register: async (text, stop) => {
      const answer = await insist(
        async () => client.register(subject, text, stop),
        insisting,
        stop,
      );
      if (answer.ok) return answer.value;
      throw isOfRegistry(answer) ? startErrorOf(answer, options) : incompatible(subject, answer);
    },
    close,
  };
}

interface InsistOptions {
  readonly startupTimeoutMs: number;
  readonly clock: Clock;
  readonly timing: RegistryTiming;
  readonly standing: Standing;
}

/** Asks for as long as a start may take. */
async function insist<T>(
  ask: () => Promise<Answer<T>>,
  { startupTimeoutMs, clock, timing, standing }: InsistOptions,
  signal: AbortSignal,
): Promise<Answer<T>> {
  const who = {};
  const startMs = clock.monotonicMs();
  const goesOn = (failure: Failure): boolean => {
    const mayPass = failure.trouble === 'unreachable';
    if (!mayPass || clock.monotonicMs() - startMs >= startupTimeoutMs) return false;
    standing.waits(who, failure);
    return true;
  };
  const answer = await persist(ask, goesOn, { timing, signal });
  if (answer.ok) standing.answered(who);
  return answer;
}

function startErrorOf(
  failure: Failure,
  {
    settings,
    startupTimeoutMs,
  }: Pick<ConnectOptions<DerivedSchema>, 'settings' | 'startupTimeoutMs'>,
): CodedError {
  return startError(settings.url, failure, startupTimeoutMs / 1000);
}
