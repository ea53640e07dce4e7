import type { AvroSchema } from '../../flow/avro/avro-schema.ts';
import type { RecordWriter } from '../../flow/dialects/writer.ts';
import { describeChanges, emptyDigest, type Digest } from '../../live/changes.ts';
import { compileAside } from '../../live/compile-aside.ts';
import type { CompiledPolicies } from '../../live/compile.ts';
import { PolicyIndex } from '../../policy/index/policy-index.ts';
import type { Problem } from '../../policy/resources/model.ts';
import type { Health } from '../../stage/health.ts';
import type { BatchJudge, Clock, JudgeHolder, Logger } from '../../stage/ports.ts';
import { assert } from '../../std/assert.ts';
import { CodedError } from '../../std/coded-error.ts';
import type { PolicyBook } from '../../telemetry/policy-book.ts';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import type { Config } from '../config/schema.ts';
import { findingsOf, formatFinding } from '../findings.ts';
import { createJudge } from './judge.ts';

export interface PoliciesOptions {
  readonly config: Config;
  readonly version: string;
  readonly telemetry: Telemetry;
  readonly health: Health;
  readonly logger: Logger;
  readonly clock: Clock;
  /** `input.schemaFile`. */
  readonly bareSchema: AvroSchema | null;
  /** Of all judges, one after the other. */
  readonly writer: RecordWriter;
}

/** Warnings about single documents are logged up to here; `rehearsal validate` shows them all. */
const warningsLoggedMax = 20;

/** The policies that records are judged by, and how they come to be changed. */
export class Policies implements JudgeHolder {
  readonly #options: PoliciesOptions;
  #current: { readonly judge: BatchJudge; readonly digest: Digest } | null = null;

  constructor(options: PoliciesOptions) {
    this.#options = options;
  }

  get current(): BatchJudge {
    assert(this.#current !== null, 'a record is judged before policies are read');
    return this.#current.judge;
  }

  /**
   * Reads the policies as they are now and puts them in force; what was in force stays if they cannot
   * be used.
   * @throws CodedError `policy/unreadable`, `policy/invalid`, `policy/too-much`
   */
  async read(): Promise<void> {
    const { config, telemetry, clock } = this.#options;
    const startMs = clock.monotonicMs();
    const { paths, mode, onInvalid, icmpFromPort } = config.policies;
    try {
      const job = { paths, limits: config.limits, options: { mode, onInvalid, icmpFromPort } };
      const { outcome, skipped } = await compileAside(job);
      for (const { path, why } of skipped) this.#options.logger.warn({ path }, `skipped: ${why}`);
      if (outcome.status === 'refused') throw invalid(outcome.problems);
      const index = new PolicyIndex(outcome.policies.tables);
      const book = await telemetry.policies.prepare(index.policies, outcome.policies.specHashes);
      const tookMs = clock.monotonicMs() - startMs;
      this.#putInForce(outcome.policies, { index, book, tookMs });
    } catch (error) {
      telemetry.policies.refused();
      this.#countLimits(error);
      throw error;
    }
  }

  /** Whoever refuses policies for a limit names it. */
  #countLimits(error: unknown): void {
    if (!(error instanceof CodedError)) return;
    for (const [, limit = ''] of error.message.matchAll(/`limits\.(\w+)`/g)) {
      if (Object.hasOwn(this.#options.config.limits, limit)) {
        this.#options.telemetry.stage.limitReached(limit);
      }
    }
  }

  #putInForce(policies: CompiledPolicies, { index, book, tookMs }: Prepared): void {
    const { config, version, telemetry, health, logger, clock, bareSchema, writer } = this.#options;
    const { digest, objects } = policies;
    const { policyHash: hash, inventoryHash } = digest;
    const before = this.#current?.digest ?? emptyDigest;
    telemetry.policies.loaded({
      policies: index.policies,
      book,
      objects,
      mode: config.policies.mode,
      hash,
      compileSeconds: tookMs / 1000,
      readMs: clock.nowMs(),
    });
    if (hash === before.policyHash && inventoryHash === before.inventoryHash) {
      logger.info({ hash }, 'policies read again: nothing has changed');
      return;
    }
    this.#current = {
      judge: createJudge(index, config, { version, cells: book, bareSchema, writer }),
      digest,
    };
    health.pass('policies', `policy set \`${config.policies.set}\`, hash ${hash}`);
    const changes = `${describeChanges(before, digest)}, ${Math.round(tookMs)} ms`;
    logger.info({ set: config.policies.set, hash }, `policies in force: ${changes}`);
    this.#logOddities(policies);
  }

  #logOddities({ problems, skipped }: CompiledPolicies): void {
    const { logger } = this.#options;
    const warnings = findingsOf(problems).map(formatFinding);
    for (const warning of warnings.slice(0, warningsLoggedMax)) logger.warn({}, warning);
    const more = warnings.length - warningsLoggedMax;
    if (more > 0) logger.warn({ more }, 'more warnings: `rehearsal validate` shows them');
    for (const [kind, documents] of skipped) {
      logger.info({ kind, documents }, 'documents of this kind are not about policies');
    }
  }
}

/** Ready to judge by and to count for. */
interface Prepared {
  readonly index: PolicyIndex;
  readonly book: PolicyBook;
  readonly tookMs: number;
}

function invalid(problems: readonly Problem[]): CodedError {
  const errors = problems.filter(({ severity }) => severity === 'error');
  return new CodedError('policy/invalid', findingsOf(errors).map(formatFinding).join('\n'));
}
