import type { PartitionEnd, TopicRecord } from '../../support/broker/topic-follower.ts';
import { PartitionAccount } from './account.ts';
import { fingerprintOf, headerOf, isRecord, readAnswer, sourceOf } from './outcome.ts';
import { Tombstones } from './tombstones.ts';
import type { Reference } from './reference.ts';

/** What can be wrong, and what is merely counted. */
export const findings = {
  lost: 'records of the input without output or dead letter',
  duplicated: 'outputs and dead letters beyond the first of a record',
  reordered: 'first outcomes behind that of a later record of the partition',
  altered:
    'outcomes that differ from their records outside what is ours, or lie in the wrong topic',
  misjudged: 'verdicts other than those of the reference evaluator',
  mixed: 'batches judged by more than one set of policies',
  reread: 'records that the reader told of twice: nothing is known of what it read',
  strayed: 'outcomes of no record of the input, or in another partition than it',
  uncommitted: 'partitions whose group offset is not their end once all stages have left',
  open: 'partitions of the output with a transaction that is still open',
} as const;

export type Finding = keyof typeof findings;

export interface LedgerOptions {
  readonly input: string;
  readonly output: string;
  readonly deadLetter: string;
  readonly partitions: number;
  readonly reference: Reference;
}

type Source = NonNullable<ReturnType<typeof sourceOf>>;

const examplesMax = 5;

/** Compares what lies in the topics of a stage, as it comes. */
export class Ledger {
  readonly counts: Record<Finding, number> = {
    lost: 0,
    duplicated: 0,
    reordered: 0,
    altered: 0,
    misjudged: 0,
    mixed: 0,
    reread: 0,
    strayed: 0,
    uncommitted: 0,
    open: 0,
  };
  /** Coordinates of some of what was found, for people. */
  readonly examples: string[] = [];
  readonly #found = new Map<Finding, number>();
  readonly #options: LedgerOptions;
  readonly #accounts: readonly PartitionAccount[];
  /** The last batch met in each partition of the output. */
  readonly #batches: Array<{ readonly at: string; readonly hash: string }> = [];

  readonly #policySets = new Set<string>();
  /** Outcomes by their place that came before the records that they are of. */
  readonly #waiting = new Map<string, TopicRecord[]>();
  /** The latest offset of each partition that the reader has told. */
  readonly #told = new Map<string, number>();
  readonly #tombstones = new Tombstones();

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#accounts = Array.from({ length: options.partitions }, () => new PartitionAccount());
  }

  get records(): number {
    return this.#accounts.reduce((sum, account) => sum + account.inputs, 0);
  }

  /** Whether every record that lay below these offsets, a partition each, has an outcome. */
  isSettled(ends: readonly number[]): boolean {
    return this.#accounts.every((account, partition) => account.settled >= (ends[partition] ?? 0));
  }

  /** How many sets of policies records were judged by. */
  get policySets(): number {
    return this.#policySets.size;
  }

  get settled(): number {
    return this.#accounts.reduce((sum, account) => sum + account.settled, 0);
  }

  add(record: TopicRecord): void {
    const { input, output, deadLetter } = this.#options;
    const { topic, partition, offset } = record;
    const place = `${topic}/${partition}`;
    const last = this.#told.get(place) ?? -1;
    if (offset <= last) return this.#find('reread', `${place}/${offset} after ${last}`);
    this.#told.set(place, offset);
    if (topic === input) this.#addInput(record);
    else if (topic === output || topic === deadLetter) this.#queue(topic, partition).push(record);
    for (const each of [output, deadLetter]) this.#work(each, partition);
  }

  /** What can be said once no more comes. */
  close(ends: readonly PartitionEnd[]): void {
    const { input, output, deadLetter } = this.#options;
    for (const [partition, account] of this.#accounts.entries()) {
      for (const topic of [output, deadLetter]) this.#giveUp(topic, partition);
      for (const offset of account.missing()) this.#find('lost', `${partition}/${offset}`);
    }
    for (const { topic, partition, stable, high, committed } of ends) {
      const at = `${topic}/${partition}`;
      if (topic === input && high > 0 && committed !== high) {
        this.#find('uncommitted', `${at}: ${committed} of ${high}`);
      }
      if (topic !== input && stable !== high) this.#find('open', `${at}: ${stable} of ${high}`);
    }
  }

  #addInput(record: TopicRecord): void {
    const { partition, offset, value } = record;
    const expected = value === null || isRecord(value) ? 'output' : 'deadLetter';
    this.#accounts[partition]?.addInput(offset, fingerprintOf(record), expected);
    if (value === null) this.#tombstones.addInput(record);
  }

  #queue(topic: string, partition: number): TopicRecord[] {
    const place = `${topic}/${partition}`;
    const known = this.#waiting.get(place);
    if (known !== undefined) return known;
    const queue: TopicRecord[] = [];
    this.#waiting.set(place, queue);
    return queue;
  }

  /** Takes what waits in turn, up to one whose record has not been read yet. */
  #work(topic: string, partition: number): void {
    const queue = this.#queue(topic, partition);
    for (let record = queue[0]; record !== undefined; record = queue[0]) {
      const source = this.#sourceOf(record);
      if (source === null) return;
      queue.shift();
      this.#addOutcome(record, source);
    }
  }

  /** What still waits is of no record; what stands behind it may be. */
  #giveUp(topic: string, partition: number): void {
    const queue = this.#queue(topic, partition);
    while (queue.length > 0) {
      const orphan = queue.shift();
      this.#find('strayed', `${topic}/${partition}/${orphan?.offset}`);
      this.#work(topic, partition);
    }
  }

  /** `null`: nowhere in what has been read of the input. */
  #sourceOf(record: TopicRecord): Source | null {
    const isTombstone = record.topic === this.#options.output && record.value === null;
    const source = isTombstone ? this.#tombstones.sourceOf(record) : sourceOf(record);
    const inputs = this.#accounts[source?.partition ?? -1]?.inputs ?? 0;
    return source !== null && source.offset < inputs ? source : null;
  }

  #addOutcome(record: TopicRecord, source: Source): void {
    const { topic, partition, value } = record;
    const place = `${topic}/${partition}/${record.offset}`;
    const outcome = topic === this.#options.output ? 'output' : 'deadLetter';
    const account = this.#accounts[partition];
    if (source.partition !== partition || account === undefined) {
      return this.#find('strayed', place);
    }
    const print = fingerprintOf(record);
    const { isFirst, isInOrder, isSame } = account.addOutcome(source.offset, print, outcome);
    if (!isFirst) this.#find('duplicated', `${place} of ${source.offset}`);
    if (!isInOrder) this.#find('reordered', place);
    const isReasoned = outcome === 'output' || headerOf(record, 'error-code') !== null;
    if (!isSame || !isReasoned) this.#find('altered', place);
    if (outcome === 'output' && value !== null) this.#checkVerdict(record, value);
  }

  #checkVerdict({ topic, partition, offset }: TopicRecord, value: Buffer): void {
    const answer = readAnswer(value);
    const place = `${topic}/${partition}/${offset}`;
    if (answer?.evaluation === undefined || answer.Key.policies.pending_policies === undefined) {
      return this.#find('altered', place);
    }
    const { Key, evaluation } = answer;
    const { verdict, policy_hash: hash, evaluated_at: at } = evaluation;
    const possible = [...this.#options.reference.verdictsOf(Key, hash)];
    const isRight = possible.length === 1 && possible[0] === verdict.toLowerCase();
    if (!isRight) this.#find('misjudged', `${place}: ${verdict}, not ${possible.join(' or ')}`);
    const last = this.#batches[partition];
    if (last !== undefined && last.at === at && last.hash !== hash) this.#find('mixed', place);
    this.#batches[partition] = { at, hash };
    this.#policySets.add(hash);
  }

  #find(finding: Finding, place: string): void {
    this.counts[finding] += 1;
    const known = (this.#found.get(finding) ?? 0) + 1;
    this.#found.set(finding, known);
    if (known <= examplesMax) this.examples.push(`${finding}: ${place}`);
  }
}
