// Hot: measured by bench/micro/records.bench.ts.
import type { RecordDialect } from '../flow/dialects/form.ts';
import type { Change, FlowEvaluation } from '../flow/evaluation.ts';
import type { DeadLetterReason, ReasonCode } from '../flow/reasons.ts';
import type { Direction } from '../policy/actions.ts';
import type { Cells } from './cells.ts';
import type { LimitName } from './limits.ts';
import type { TopicPartition } from './ports.ts';

export type RecordOutcome = 'evaluated' | 'not_evaluated' | 'passed_through' | 'dead_lettered';

/** Own pending against the record's own (contract 6). */
export type Agreement = 'same' | 'different' | 'absent';

/** Flows of one evaluation, to be added to each of its cells. */
export interface ChargedFlows {
  /** Cells of whoever counts. */
  readonly cells: Int32Array;
  readonly counter: Cells | null;
  readonly example: ExampleRecord | null;
  flows: number;
  connections: number;
  bytes: number;
  /** Event times, ms since 1970; `null` = no record said. */
  firstMs: number | null;
  lastMs: number | null;
}

/** The first of the records that were charged, so that one of them can be looked at. */
export interface ExampleRecord {
  readonly offset: number;
  readonly connections: number;
  readonly bytes: number;
}

/** What each record of one evaluation counts as; one object for each distinct evaluation. */
export interface Countable {
  readonly dialect: RecordDialect['name'];
  readonly evaluation: FlowEvaluation;
  readonly cells: Int32Array;
  /** Whose cells they are; `null` = nobody counts. */
  readonly counter: Cells | null;
}

/** What one record says of its size and time. */
export interface Volume {
  readonly connections: number;
  readonly bytes: number;
  readonly eventMs: number | null;
}

/**
 * What one batch adds to the counters, to be added once its outputs are acknowledged. Every record
 * of the batch is in `records` exactly once.
 */
export class Tally {
  /** Where the batch was read. */
  readonly at: TopicPartition | null;
  readonly records: Record<RecordOutcome, number> = {
    evaluated: 0,
    not_evaluated: 0,
    passed_through: 0,
    dead_lettered: 0,
  };
  readonly flows: Record<Direction | 'unknown', Record<Change, number>> = {
    ingress: noChanges(),
    egress: noChanges(),
    unknown: noChanges(),
  };
  readonly upstreamPending: Record<Agreement, number> = { same: 0, different: 0, absent: 0 };
  readonly dialects = new Map<RecordDialect['name'], number>();
  readonly deadLetters = new Map<DeadLetterReason, number>();
  /** Of flows whose change is uncertain or not evaluated. */
  readonly uncertain = new Map<ReasonCode, number>();
  readonly limitsReached = new Map<LimitName, number>();
  readonly charged: ChargedFlows[] = [];
  /** Newest event time of the batch; `null` = no record has one. */
  newestMs: number | null = null;
  readonly #byCountable = new Map<Countable, ChargedFlows>();

  constructor(at: TopicPartition | null = null) {
    this.at = at;
  }

  /** One judged record; `offset` is its place in the partition. */
  judged(countable: Countable, volume: Volume, offset = 0): void {
    const { dialect, evaluation } = countable;
    const { change } = evaluation;
    increment(this.dialects, dialect);
    this.records[change === 'not-evaluated' ? 'not_evaluated' : 'evaluated'] += 1;
    this.flows[evaluation.direction ?? 'unknown'][change] += 1;
    this.upstreamPending[agreementOf(evaluation.matchesUpstream)] += 1;
    if (change === 'uncertain' || change === 'not-evaluated') {
      for (const reason of evaluation.reasons) increment(this.uncertain, reason);
    }
    this.#charge(countable, volume, offset);
  }

  deadLettered(reason: DeadLetterReason): void {
    this.records.dead_lettered += 1;
    increment(this.deadLetters, reason);
  }

  passedThrough(): void {
    this.records.passed_through += 1;
  }

  limitReached(limit: LimitName): void {
    increment(this.limitsReached, limit);
  }

  #charge(countable: Countable, { connections, bytes, eventMs }: Volume, offset: number): void {
    let charged = this.#byCountable.get(countable);
    if (charged === undefined) {
      charged = nothingCharged(countable, { offset, connections, bytes });
      this.#byCountable.set(countable, charged);
      this.charged.push(charged);
    }
    charged.flows += 1;
    charged.connections += connections;
    charged.bytes += bytes;
    if (eventMs === null) return;
    if (charged.firstMs === null || eventMs < charged.firstMs) charged.firstMs = eventMs;
    if (charged.lastMs === null || eventMs > charged.lastMs) charged.lastMs = eventMs;
    if (this.newestMs === null || eventMs > this.newestMs) this.newestMs = eventMs;
  }
}

function nothingCharged({ cells, counter }: Countable, example: ExampleRecord): ChargedFlows {
  const nothing = { flows: 0, connections: 0, bytes: 0, firstMs: null, lastMs: null };
  return { cells, counter, example, ...nothing };
}

function noChanges(): Record<Change, number> {
  return {
    unchanged: 0,
    'newly-denied': 0,
    'newly-allowed': 0,
    uncertain: 0,
    'not-evaluated': 0,
  };
}

function agreementOf(matchesUpstream: boolean | null): Agreement {
  if (matchesUpstream === null) return 'absent';
  return matchesUpstream ? 'same' : 'different';
}

function increment<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
