// Hot: measured by bench/micro/records.bench.ts.
import type { RecordDialect } from '../flow/dialects/form.ts';
import type { Change, FlowEvaluation } from '../flow/evaluation.ts';
import type { DeadLetterReason, ReasonCode } from '../flow/reasons.ts';
import type { Direction } from '../policy/actions.ts';
import type { Cells } from './cells.ts';
import type { LimitName } from './limits.ts';
import { RowSums } from './row-sums.ts';
import type { AnswerBook, LaneRows } from './row-sums.ts';
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
  /** Where it was read. */
  readonly at: TopicPartition | null;
  readonly offset: number;
  readonly connections: number;
  readonly bytes: number;
}

/** What is counted of an evaluation beside its cells. */
export type Counted = Pick<FlowEvaluation, 'direction' | 'change' | 'reasons' | 'matchesUpstream'>;

/** What each record of one evaluation counts as; one object for each distinct evaluation. */
export interface Countable {
  readonly dialect: RecordDialect['name'];
  readonly evaluation: Counted;
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

/** What a batch adds up to by what became of its records and flows. */
export interface TallySums {
  /** Every record of the batch is in here exactly once. */
  readonly records: Readonly<Record<RecordOutcome, number>>;
  readonly flows: Readonly<Record<Direction | 'unknown', Readonly<Record<Change, number>>>>;
  readonly upstreamPending: Readonly<Record<Agreement, number>>;
  readonly dialects: ReadonlyMap<RecordDialect['name'], number>;
  /** Of flows whose change is uncertain or not evaluated. */
  readonly uncertain: ReadonlyMap<ReasonCode, number>;
}

/**
 * What one batch adds to the counters, to be added once its outputs are acknowledged, or what several do. A
 * judged record only adds to what is charged for its evaluation; whatever follows from evaluations is added
 * up when it is asked for.
 */
export class Tally {
  /** Where the batch was read. */
  readonly at: TopicPartition | null;
  readonly deadLetters = new Map<DeadLetterReason, number>();
  readonly limitsReached = new Map<LimitName, number>();
  readonly #charged = new Map<Countable, ChargedFlows>();
  readonly #rows: LaneRows[] = [];
  readonly #sums = new Map<AnswerBook, RowSums>();
  #passedThrough = 0;
  #newestMs = -Infinity;

  constructor(at: TopicPartition | null = null) {
    this.at = at;
  }

  /** By evaluation; what the lane judged stands apart. */
  get charged(): Iterable<ChargedFlows> {
    return this.#all().map(([, charged]) => charged);
  }

  /** Newest event time of the batch; `null` = no record has one. */
  get newestMs(): number | null {
    this.#addRows();
    return this.#newestMs === -Infinity ? null : this.#newestMs;
  }

  /** How many evaluations have something charged. */
  get size(): number {
    this.#addRows();
    return [...this.#sums.values()].reduce((sum, { size }) => sum + size, this.#charged.size);
  }

  /** Dialects of the records that were judged; some come more than once. */
  get dialects(): Iterable<RecordDialect['name']> {
    // Rows are not added up for this.
    const ofRows = this.#rows.map(({ book, rows }) => book.decisions[rows[0]!]!);
    const ofSums = [...this.#sums.values()].flatMap((sums) => sums.countables());
    return [...this.#charged.keys(), ...ofRows, ...ofSums].map(({ dialect }) => dialect);
  }

  /** One judged record; `offset` is its place in the partition. */
  judged(countable: Countable, { connections, bytes, eventMs }: Volume, offset = 0): void {
    let charged = this.#charged.get(countable);
    if (charged === undefined) {
      charged = nothingCharged(countable, { at: this.at, offset, connections, bytes });
      this.#charged.set(countable, charged);
    }
    charged.flows += 1;
    charged.connections += connections;
    charged.bytes += bytes;
    if (eventMs === null) return;
    if (charged.firstMs === null || eventMs < charged.firstMs) charged.firstMs = eventMs;
    if (charged.lastMs === null || eventMs > charged.lastMs) charged.lastMs = eventMs;
    if (eventMs > this.#newestMs) this.#newestMs = eventMs;
  }

  /** Records that the lane judged, all of one dialect. */
  judgedByLane(rows: LaneRows): void {
    this.#rows.push(rows);
  }

  deadLettered(reason: DeadLetterReason): void {
    increment(this.deadLetters, reason, 1);
  }

  passedThrough(): void {
    this.#passedThrough += 1;
  }

  limitReached(limit: LimitName): void {
    increment(this.limitsReached, limit, 1);
  }

  /** Takes over all of another tally, and returns its newest event time. */
  merge(other: Tally): number | null {
    this.#rows.push(...other.#rows);
    // They are added up once.
    other.#rows.length = 0;
    const newestMs = Math.max(other.#newestMs, this.#addRows());
    for (const [countable, charged] of other.#charged) this.#chargeMore(countable, charged);
    for (const [reason, count] of other.deadLetters) increment(this.deadLetters, reason, count);
    for (const [limit, count] of other.limitsReached) increment(this.limitsReached, limit, count);
    this.#passedThrough += other.#passedThrough;
    this.#newestMs = Math.max(this.#newestMs, newestMs);
    return newestMs === -Infinity ? null : newestMs;
  }

  sums(): TallySums {
    const records = { evaluated: 0, not_evaluated: 0, dead_lettered: 0 };
    const flows = { ingress: noChanges(), egress: noChanges(), unknown: noChanges() };
    const upstreamPending = { same: 0, different: 0, absent: 0 };
    const dialects = new Map<RecordDialect['name'], number>();
    const uncertain = new Map<ReasonCode, number>();
    for (const [{ dialect, evaluation }, charged] of this.#all()) {
      const { change, direction, matchesUpstream, reasons } = evaluation;
      const count = charged.flows;
      records[change === 'not-evaluated' ? 'not_evaluated' : 'evaluated'] += count;
      flows[direction ?? 'unknown'][change] += count;
      upstreamPending[agreementOf(matchesUpstream)] += count;
      increment(dialects, dialect, count);
      if (change !== 'uncertain' && change !== 'not-evaluated') continue;
      for (const reason of reasons) increment(uncertain, reason, count);
    }
    for (const count of this.deadLetters.values()) records.dead_lettered += count;
    const passed_through = this.#passedThrough;
    return { records: { ...records, passed_through }, flows, upstreamPending, dialects, uncertain };
  }

  #all(): (readonly [Countable, ChargedFlows])[] {
    this.#addRows();
    return [...this.#charged, ...[...this.#sums.values()].flatMap((sums) => [...sums.charged()])];
  }

  /** Returns the newest event time of those that were not added before. */
  #addRows(): number {
    let newestMs = -Infinity;
    for (const rows of this.#rows) {
      let sums = this.#sums.get(rows.book);
      if (sums === undefined) {
        sums = new RowSums(rows.book);
        this.#sums.set(rows.book, sums);
      }
      newestMs = Math.max(newestMs, sums.add(rows));
    }
    this.#rows.length = 0;
    this.#newestMs = Math.max(this.#newestMs, newestMs);
    return newestMs;
  }

  #chargeMore(countable: Countable, more: ChargedFlows): void {
    const charged = this.#charged.get(countable);
    if (charged === undefined) {
      this.#charged.set(countable, { ...more });
      return;
    }
    charged.flows += more.flows;
    charged.connections += more.connections;
    charged.bytes += more.bytes;
    charged.firstMs = chosen(charged.firstMs, more.firstMs, Math.min);
    charged.lastMs = chosen(charged.lastMs, more.lastMs, Math.max);
  }
}

/** Of two times of which either may be missing. */
function chosen(
  one: number | null,
  other: number | null,
  choose: (a: number, b: number) => number,
): number | null {
  return one === null || other === null ? (one ?? other) : choose(one, other);
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

function increment<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
