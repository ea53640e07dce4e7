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
import { incompatible, outputFailure, schemaFailure } from './failures.ts';
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
  /** What the schemas of the outputs are registered under. */
  readonly subject: string;
  readonly derive: DeriveSchema<Derived>;
}

/** Numbers of a registry are Java's `int`; of larger ones it does not even say that it has none. */
const numberMax = 2 ** 31 - 1;

/** One schema at a time: asked for, read, its output schema registered, and remembered. */
export class SchemaLoader<Derived extends DerivedSchema> {
  readonly #options: SchemaLoaderOptions<Derived>;
  readonly #known: ExpiringCache<SchemaId, Outcome<Derived>>;
  readonly #loads = new SharedLoads<SchemaId, Outcome<Derived>>();

  constructor(options: SchemaLoaderOptions<Derived>) {
    this.#options = options;
    this.#known = new ExpiringCache(options.settings.limits.schemas, options.clock);
  }

  /** `undefined` = has to be loaded. */
  known(id: SchemaId): Outcome<Derived> | undefined {
    return this.#known.get(id);
  }

  /** For a while: somebody may register it. */
  rememberUnknown(id: SchemaId, outcome: Outcome<Derived>): void {
    this.#known.set(id, outcome, this.#options.timing.failureMs);
  }

  /**
   * Everything but `schema_unknown` is remembered.
   * @throws CodedError `registry/incompatible`
   */
  async load(id: SchemaId, signal: AbortSignal): Promise<Outcome<Derived>> {
    return this.#loads.join(id, async (shared) => this.#fetch(id, shared), signal);
  }

  async #fetch(id: SchemaId, signal: AbortSignal): Promise<Outcome<Derived>> {
    const { client, derive, subject, timing } = this.#options;
    if (typeof id === 'number' && id > numberMax) {
      const reason = 'no registry gives out so large a number';
      return this.#remember(id, schemaFailure(id, failure('unknown', reason)));
    }
    const written = await this.#ask(async () => client.schema(id, signal), signal);
    if (!written.ok) {
      const outcome = schemaFailure(id, written);
      if (written.trouble === 'unknown') return outcome;
      return this.#remember(id, outcome, isOfRegistry(written) ? timing.failureMs : Infinity);
    }
    const derived = derive(written.value);
    if (isUnusable(derived)) {
      const unusable = schemaFailure(id, failure('invalid', derived.problem));
      return this.#remember(id, { ...unusable, reason: derived.reason ?? unusable.reason });
    }
    const register = async () => client.register(subject, derived.outputSchemaText, signal);
    const registered = await this.#ask(register, signal);
    if (registered.ok) {
      return this.#remember(id, { status: 'found', derived, outputId: registered.value });
    }
    if (registered.trouble === 'incompatible') throw incompatible(subject, registered);
    const outcome = outputFailure(id, registered);
    return this.#remember(id, outcome, isOfRegistry(registered) ? timing.failureMs : Infinity);
  }

  #remember(id: SchemaId, outcome: Outcome<Derived>, forMs = Infinity): Outcome<Derived> {
    this.#known.set(id, outcome, forMs);
    return outcome;
  }

  async #ask<T>(ask: () => Promise<Answer<T>>, signal: AbortSignal): Promise<Answer<T>> {
    const { standing, timing } = this.#options;
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
