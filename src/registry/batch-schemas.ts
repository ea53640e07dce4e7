import { setTimeout as sleep } from 'node:timers/promises';

import type { Batch } from '../stage/ports.ts';
import { SchemaFraming } from '../stage/schema-framing.ts';
import type {
  DerivedSchema,
  FoundSchema,
  SchemaFailure,
  SchemaId,
  SchemaSource,
  WriterSchemas,
} from '../stage/writer-schemas.ts';
import type { Outcome, SchemaLoader } from './schema-loader.ts';
import type { RegistryLimits } from './settings.ts';

export interface BatchSchemasOptions<Derived extends DerivedSchema> {
  readonly loader: SchemaLoader<Derived>;
  readonly limits: Pick<RegistryLimits, 'schemas' | 'registryRequests'>;
  /** After this long a schema nobody knew is asked for once more. */
  readonly lookAgainMs: number;
}

/** The schemas that the records of a batch name, loaded together. */
export class BatchSchemas<Derived extends DerivedSchema> implements SchemaSource<Derived> {
  readonly #options: BatchSchemasOptions<Derived>;
  readonly #framing = new SchemaFraming();

  constructor(options: BatchSchemasOptions<Derived>) {
    this.#options = options;
  }

  async prepare(batch: Batch, signal: AbortSignal): Promise<WriterSchemas<Derived>> {
    const { loader } = this.#options;
    // The batch keeps its own, whatever the cache forgets meanwhile.
    const found = new Map<SchemaId, Outcome<Derived>>();
    const missing: SchemaId[] = [];
    for (const id of this.#idsOf(batch)) {
      const known = loader.known(id);
      if (known === undefined) missing.push(id);
      else found.set(id, known);
    }
    if (missing.length > 0) {
      await this.#load(missing, found, signal);
      await this.#lookAgain(missing, found, signal);
    }
    return { find: (id) => found.get(id) ?? beyondLimit };
  }

  /** At most `limits.schemas`: a batch of random bytes must not become as many requests. */
  #idsOf({ records }: Batch): ReadonlySet<SchemaId> {
    const ids = new Set<SchemaId>();
    for (const record of records) {
      if (ids.size === this.#options.limits.schemas) break;
      if (record.defect === undefined && this.#framing.read(record)) ids.add(this.#framing.id);
    }
    return ids;
  }

  /** Replicas of a registry lag behind the one that a producer has just registered with. */
  async #lookAgain(
    asked: readonly SchemaId[],
    found: Map<SchemaId, Outcome<Derived>>,
    signal: AbortSignal,
  ): Promise<void> {
    const { loader, lookAgainMs } = this.#options;
    const unknown = asked.filter((id) => isUnknown(found.get(id)) && !isUnknown(loader.known(id)));
    if (unknown.length === 0) return;
    await sleep(lookAgainMs, undefined, { signal }).catch(() => {});
    signal.throwIfAborted();
    await this.#load(unknown, found, signal);
    for (const id of unknown) {
      const outcome = found.get(id);
      if (isUnknown(outcome)) loader.rememberUnknown(id, outcome);
    }
  }

  /** So many at once that many new schemas do not take long, and no more. */
  async #load(
    ids: readonly SchemaId[],
    found: Map<SchemaId, Outcome<Derived>>,
    signal: AbortSignal,
  ): Promise<void> {
    const { loader, limits } = this.#options;
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    const rest = ids.values();
    const work = async (): Promise<void> => {
      for (const id of rest) found.set(id, await loader.load(id, either));
    };
    const workers = Math.min(ids.length, limits.registryRequests);
    try {
      await Promise.all(Array.from({ length: workers }, work));
    } finally {
      // The others stop at the first failure.
      failed.abort();
    }
  }
}

function isUnknown(
  outcome: FoundSchema<DerivedSchema> | SchemaFailure | undefined,
): outcome is SchemaFailure {
  return outcome?.status === 'failed' && outcome.reason === 'schema_unknown';
}

const beyondLimit: SchemaFailure = {
  status: 'failed',
  reason: 'schema_unknown',
  message: 'the batch names more schemas than `limits.schemas`',
  limit: 'schemas',
};
