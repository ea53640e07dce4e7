import { setTimeout as sleep } from 'node:timers/promises';

import { below } from '../../../bench/workload/random.ts';
import { evenLoad } from '../row.ts';
import type { Row, Trial } from '../row.ts';
import type { Member } from '../stand/member.ts';
import { brokerIds, inSync } from '../stand/roles.ts';
import { cuts, losable } from './network.ts';

const pauseMsMax = 2000;
const lastsMs = { min: 500, spread: 6000 };
const membersMin = 2;

/** Faults of all kinds as a seed has it, several at a time; who dies is replaced, what is broken is mended. */
export const mixedFaults: Row = {
  name: 'mixed faults',
  members: 3,
  recoveryMsMax: 20_000,
  ...evenLoad,
  act: async (trial, times) => {
    const { fleet, random } = trial.stand;
    const ongoing = new Ongoing();
    for (let turn = 0; turn < times; turn++) {
      const kind = kinds[below(random, kinds.length)]!;
      ongoing.add(kind(trial, ongoing));
      trial.faults += 1;
      await sleep(below(random, pauseMsMax));
      while (fleet.running.length < membersMin) await fleet.start();
    }
    await ongoing.end();
    trial.recoveriesMs.push(await trial.stand.recovered());
    for (const { exit, output } of fleet.gone) {
      trial.expect(exit?.code === 0 || exit?.signal === 'SIGKILL', `a stage ended:\n${output}`);
    }
    trial.notes.push(`${fleet.started} stages, ${ongoing.brokerKills} brokers killed`);
  },
};

/** Faults that are not over yet. */
class Ongoing {
  readonly #all: Promise<void>[] = [];
  /** With two of three away nothing could be written. */
  isBrokerAway = false;
  brokerKills = 0;

  add(fault: Promise<void>): void {
    // Told of at the end.
    fault.catch(() => {});
    this.#all.push(fault);
  }

  async end(): Promise<void> {
    await Promise.all(this.#all);
  }
}

type Kind = (trial: Trial, ongoing: Ongoing) => Promise<void>;

/** All of them draw what they need before anything else happens, so that a seed draws the same again. */
const kinds: readonly Kind[] = [
  async (trial) => {
    anyMember(trial)?.kill();
    await trial.stand.fleet.start();
  },
  async (trial) => {
    void anyMember(trial)?.stop();
    await trial.stand.fleet.start();
  },
  async (trial) => {
    const member = anyMember(trial);
    const ms = aWhile(trial);
    member?.pause();
    await sleep(ms);
    member?.resume();
  },
  async (trial) => {
    const { proxy, fleet, random } = trial.stand;
    const { fault, isPartial } = cuts[below(random, cuts.length)]!;
    const broker = 1 + below(random, brokerIds.length);
    const ms = aWhile(trial);
    const victims = { clients: fleet.namePrefix, ...(isPartial && { broker }) };
    const active = proxy.inject(fault, victims);
    await sleep(ms);
    active.lift();
  },
  async (trial) => {
    const { proxy, fleet, random, guarantee } = trial.stand;
    const apis = losable[guarantee];
    const api = apis[below(random, apis.length)]!;
    const ms = aWhile(trial);
    const fault = { kind: 'lose', api, count: 1 + below(random, 3) } as const;
    const active = proxy.inject(fault, { clients: fleet.namePrefix });
    await sleep(ms);
    active.lift();
  },
  async (trial, ongoing) => {
    const { faults, random } = trial.stand;
    const id = 1 + below(random, brokerIds.length);
    const ms = aWhile(trial);
    if (ongoing.isBrokerAway) return;
    ongoing.isBrokerAway = true;
    ongoing.brokerKills += 1;
    await faults.kill(id);
    await sleep(ms);
    await faults.restart(id);
    // Others may not go before it has what they have.
    await inSync(trial.stand);
    ongoing.isBrokerAway = false;
  },
  async (trial) => trial.stand.policies.write(below(trial.stand.random, 2)),
];

function anyMember({ stand: { fleet, random } }: Trial): Member | undefined {
  return fleet.running[below(random, fleet.running.length)];
}

function aWhile({ stand: { random } }: Trial): number {
  return lastsMs.min + below(random, lastsMs.spread);
}
