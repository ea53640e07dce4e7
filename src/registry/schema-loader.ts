import type { Clock } from '../stage/ports.ts';
import type {
  DerivedSchema,
  DeriveSchema,
  FoundSchema,
  SchemaFailure,
  SchemaId,
  UnusableSchema,
} from '../stage/writer-schemas.ts';
import { type Answer, failure, type Failure, isOfRegistry } from './answer.ts';
import type { RegistryClient } from './client.ts';
import { ExpiringCache } from './expiring-cache.ts';
import { incompatible, ofOutput, schemaFailure } from './failures.ts';
import { persist } from './persist.ts';
import type { RegistrySettings, RegistryTiming } from './settings.ts';
import { SharedLoads } from './shared-loads.ts';
import type { Standing } from './standing.ts';

export type Outcome<Derived extends DerivedSchema> = FoundSchema<Derived> | SchemaFailure;

export interface SchemaLoaderOptions<Derived extends DerivedSchema> {
  readonly client: RegistryClient;
  readonly standing: Standing;
  readonly settings: Pick<RegistrySettings, 'limits' | 'onUnreachable'>;
  readonly timing: RegistryTiming;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** What the schemas of the outputs are registered under; `null` = nothing is written with them. */
  readonly subject: string | null;
  readonly derive: DeriveSchema<Derived>;
}

/** Numbers of a registry are Java's `int`; of larger ones it does not even say that it has none. */
const numberMax = 2 ** 31 - 1;
const tooLargeNumber = failure('unknown', 'no registry gives out so large a number');

/** One schema at a time: asked for, read, its output schema registered, and remembered. */
export class SchemaLoader<Derived extends DerivedSchema> {
  readonly #options: SchemaLoaderOptions<Derived>;
  readonly #found: ExpiringCache<SchemaId, FoundSchema<Derived>>;
  /** Apart, so that made-up numbers do not drive out schemas in use. */
  readonly #failed: ExpiringCache<SchemaId, SchemaFailure>;
  readonly #loads = new SharedLoads<SchemaId, Outcome<Derived>>();
  /** The registry was given up: others need not find out for themselves, one after the other. */
  #down: { readonly failure: Failure; readonly untilMs: number } | null = null;

  constructor(options: SchemaLoaderOptions<Derived>) {
    this.#options = options;
    this.#found = new ExpiringCache(options.settings.limits.schemas, options.clock);
    this.#failed = new ExpiringCache(options.settings.limits.schemas, options.clock);
  }

  /** `undefined` = has to be loaded. */
  known(id: SchemaId): Outcome<Derived> | undefined {
    return this.#found.get(id) ?? this.#failed.get(id);
  }

  /** For a while: somebody may register it. */
  rememberUnknown(id: SchemaId, outcome: SchemaFailure): void {
    this.#failed.set(id, outcome, this.#options.timing.failureMs);
  }

  /**
   * Everything but `schema_unknown` is remembered.
   * @throws CodedError `registry/incompatible`
   */
  async load(id: SchemaId, signal: AbortSignal): Promise<Outcome<Derived>> {
    return this.#loads.join(id, async (shared) => this.#fetch(id, shared), signal);
  }

  async #fetch(id: SchemaId, signal: AbortSignal): Promise<Outcome<Derived>> {
    const { client, derive } = this.#options;
    if (typeof id === 'number' && id > numberMax) return this.#fail(id, tooLargeNumber);
    const written = await this.#ask(async () => client.schema(id, signal), signal);
    if (!written.ok) {
      return written.trouble === 'unknown' ? schemaFailure(id, written) : this.#fail(id, written);
    }
    const derived = derive(written.value);
    if (isUnusable(derived)) {
      return this.#fail(id, failure('invalid', derived.problem), derived.reason);
    }
    const registered = await this.#register(derived.outputSchemaText, signal);
    if (!registered.ok) return this.#fail(id, ofOutput(registered));
    const found = { status: 'found', derived, outputId: registered.value } as const;
    this.#found.set(id, found, Infinity);
    return found;
  }

  /** @throws CodedError `registry/incompatible` */
  async #register(schemaText: string, signal: AbortSignal): Promise<Answer<number | null>> {
    const { client, subject } = this.#options;
    if (subject === null) return { ok: true, value: null };
    const register = async () => client.register(subject, schemaText, signal);
    const answer = await this.#ask(register, signal);
    if (!answer.ok && answer.trouble === 'incompatible') throw incompatible(subject, answer);
    return answer;
  }

  /** A schema never changes, a registry may. */
  #fail(id: SchemaId, cause: Failure, reason?: SchemaFailure['reason']): SchemaFailure {
    const outcome = schemaFailure(id, cause);
    const failed = { ...outcome, reason: reason ?? outcome.reason };
    const forMs = isOfRegistry(cause) ? this.#options.timing.failureMs : Infinity;
    this.#failed.set(id, failed, forMs);
    return failed;
  }

  async #ask<T>(ask: () => Promise<Answer<T>>, signal: AbortSignal): Promise<Answer<T>> {
    const { standing, timing, clock } = this.#options;
    if (this.#down !== null && clock.monotonicMs() < this.#down.untilMs) return this.#down.failure;
    const who = {};
    const goesOn = (trouble: Failure, attempts: number): boolean => {
      if (!this.#isWorthAnother(trouble, attempts)) return false;
      standing.waits(who, trouble);
      return true;
    };
    try {
      const answer = await persist(ask, goesOn, { timing, signal });
      if (answer.ok || !isOfRegistry(answer)) standing.answered(who);
      else standing.gaveUp(who, answer);
      if (!answer.ok && answer.trouble === 'unreachable') {
        this.#down = { failure: answer, untilMs: clock.monotonicMs() + timing.failureMs };
      }
      return answer;
    } finally {
      standing.left(who);
    }
  }

  #isWorthAnother(trouble: Failure, attempts: number): boolean {
    const { settings, timing } = this.#options;
    if (settings.onUnreachable === 'wait') return isOfRegistry(trouble);
    return trouble.trouble === 'unreachable' && attempts < timing.attempts;
  }
}

function isUnusable(derived: DerivedSchema | UnusableSchema): derived is UnusableSchema {
  return 'problem' in derived;
}
