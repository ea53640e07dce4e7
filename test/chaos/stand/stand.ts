import { setTimeout as sleep } from 'node:timers/promises';

import { type Random, seededRandom } from '../../../bench/workload/random.ts';
import type { BrokerHarness } from '../../support/broker/harness.ts';
import { createPipeline, type Pipeline } from '../../support/broker/pipeline.ts';
import { followTopics, type TopicFollower } from '../../support/broker/topic-follower.ts';
import type { BrokerFaults, ProxiedDoors } from '../../support/broker/cluster.ts';
import type { FaultProxy } from '../../support/proxy/fault-proxy.ts';
import { Ledger } from '../checker/ledger.ts';
import { Fleet } from './fleet.ts';
import { Load } from './load.ts';
import type { Timing } from './member.ts';
import { PolicyFolder } from './policies.ts';
import { Wire } from './wire.ts';

export const guarantees = ['at-least-once', 'exactly-once'] as const;
export type Guarantee = (typeof guarantees)[number];

export interface StandOptions {
  readonly broker: BrokerHarness;
  /** Of the workload. */
  readonly seed: number;
  /** Tells schedules of the same seed apart. Default: 0. */
  readonly turn?: number;
  readonly guarantee: Guarantee;
  readonly recordsPerSecond: number;
  /** Unanswered records from which on the load waits. Default: never. */
  readonly backlogMax?: number;
  /** Default: hasty. */
  readonly timing?: Timing;
  readonly partitions?: number;
}

/** How long whatever was there at a fault may take to be answered before the run is given up. */
const recoveryMsMax = 180_000;
const pollMs = 20;
const commitPollMs = 200;

/** A pipeline of its own to try faults on: topics, a load, a group of stages, and who checks them. */
export class Stand {
  readonly broker: BrokerHarness;
  readonly guarantee: Guarantee;
  readonly pipeline: Pipeline;
  readonly proxy: FaultProxy;
  readonly faults: BrokerFaults;
  readonly policies: PolicyFolder;
  readonly ledger: Ledger;
  readonly load: Load;
  readonly wire: Wire;
  readonly fleet: Fleet;
  readonly random: Random;
  readonly follower: TopicFollower;

  static async open(options: StandOptions): Promise<Stand> {
    const { broker, seed, partitions = 6 } = options;
    const doors = broker.proxy;
    const { faults } = broker;
    if (doors === null || faults === null) throw new Error('these brokers cannot be made to fail');
    const pipeline = await createPipeline(broker.bootstrap, partitions);
    const policies = new PolicyFolder(seed);
    const { input, output, deadLetter } = pipeline;
    const { reference } = policies;
    const ledger = new Ledger({ input, output, deadLetter, partitions, reference });
    const follower = await followTopics({
      bootstrap: broker.bootstrap,
      isolation: 'read_committed',
      groupId: input,
      topics: [input, output, deadLetter],
      onRecord: (record) => ledger.add(record),
    });
    const defaults = { turn: 0, backlogMax: Number.POSITIVE_INFINITY, timing: 'hasty' } as const;
    const full = { ...defaults, ...options, partitions };
    return new Stand(full, { doors, faults, pipeline, policies, ledger, follower });
  }

  private constructor(
    options: Required<StandOptions>,
    parts: {
      readonly doors: ProxiedDoors;
      readonly faults: BrokerFaults;
      readonly pipeline: Pipeline;
      readonly policies: PolicyFolder;
      readonly ledger: Ledger;
      readonly follower: TopicFollower;
    },
  ) {
    const { broker, seed, guarantee, recordsPerSecond, backlogMax, partitions } = options;
    const { doors, pipeline, policies } = parts;
    this.broker = broker;
    this.guarantee = guarantee;
    this.pipeline = pipeline;
    this.policies = policies;
    this.ledger = parts.ledger;
    this.follower = parts.follower;
    this.proxy = doors.proxy;
    this.faults = parts.faults;
    this.random = seededRandom(seed + options.turn);
    this.load = new Load({
      workload: policies.workload,
      bootstrap: broker.bootstrap,
      topic: pipeline.input,
      partitions,
      recordsPerSecond,
      isFarAhead: () => this.#backlog > backlogMax,
      random: seededRandom(seed - 1),
    });
    this.wire = new Wire(doors.proxy);
    this.fleet = new Fleet({
      bootstrap: doors.bootstrap,
      policies: policies.path,
      settings: { ...pipeline.settings, DELIVERY_GUARANTEE: guarantee },
      group: pipeline.input,
      timing: options.timing,
      hasSharedName: guarantee === 'exactly-once',
    });
  }

  get #backlog(): number {
    return this.load.ends.reduce((sum, end) => sum + end, 0) - this.ledger.settled;
  }

  /** Waits until all that lies in the input now is answered; says how long that took since `fromMs`. */
  async recovered(fromMs = performance.now()): Promise<number> {
    const ends = [...this.load.ends];
    const deadline = performance.now() + recoveryMsMax;
    while (!this.ledger.isSettled(ends)) {
      if (performance.now() > deadline) {
        throw new Error(`nothing recovers:\n${this.fleet.lastWords()}`);
      }
      await sleep(pollMs);
    }
    return performance.now() - fromMs;
  }

  /**
   * Waits until the group has committed all of the input: who died between an answer and its offset leaves
   * that to another, which may first have to notice.
   */
  async committed(): Promise<void> {
    const { input } = this.pipeline;
    const deadline = performance.now() + recoveryMsMax;
    for (;;) {
      const ends = await this.follower.ends();
      const open = ends.filter(
        (end) => end.topic === input && end.high > 0 && end.committed < end.high,
      );
      if (open.length === 0) return;
      if (performance.now() > deadline) {
        throw new Error(`never committed: ${JSON.stringify(open)}\n${this.fleet.lastWords()}`);
      }
      await sleep(commitPollMs);
    }
  }

  async close(): Promise<void> {
    this.fleet.close();
    this.wire.close();
    await this.load.stop();
    await this.follower.stop();
    this.policies.remove();
  }
}
