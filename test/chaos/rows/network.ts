import { setTimeout as sleep } from 'node:timers/promises';

import { below } from '../../../bench/workload/random.ts';
import type { Fault } from '../../support/proxy/fault.ts';
import type { ApiName } from '../../support/proxy/kafka-frames.ts';
import { evenLoad } from '../row.ts';
import type { Row, Trial } from '../row.ts';
import { brokerIds } from '../stand/roles.ts';
import type { Guarantee } from '../stand/stand.ts';

/** What may befall the way to brokers. */
export interface Cut {
  readonly fault: Fault;
  /** From one broker only, or from all. */
  readonly isPartial: boolean;
}

export const cuts: readonly Cut[] = [
  { fault: { kind: 'cut' }, isPartial: false },
  { fault: { kind: 'cut' }, isPartial: true },
  { fault: { kind: 'stall', direction: 'toBroker' }, isPartial: false },
  { fault: { kind: 'stall', direction: 'toClient' }, isPartial: true },
  { fault: { kind: 'stall', direction: 'toClient' }, isPartial: false },
  { fault: { kind: 'stall', direction: 'toBroker' }, isPartial: true },
  { fault: { kind: 'delay', ms: 50, jitterMs: 200 }, isPartial: false },
  { fault: { kind: 'slice', bytes: 700 }, isPartial: false },
];

const cutMs = { min: 1500, spread: 6000 };

/** The way to all brokers or to one breaks, is silent one way, slow or in pieces, until it is mended. */
export const networkCuts: Row = {
  name: 'network cut',
  recoveryMsMax: 15_000,
  members: 2,
  ...evenLoad,
  act: async (trial, times) => {
    const { random } = trial.stand;
    for (let turn = 0; turn < times; turn++) {
      const { fault, isPartial } = cuts[turn % cuts.length]!;
      const broker = isPartial ? { broker: 1 + below(random, brokerIds.length) } : {};
      await during(trial, { fault, ...broker }, cutMs.min + below(random, cutMs.spread));
    }
  },
};

async function during(
  trial: Trial,
  { fault, broker }: { readonly fault: Fault; readonly broker?: number },
  ms: number,
): Promise<void> {
  const { proxy, fleet } = trial.stand;
  const clients = fleet.namePrefix;
  const active = proxy.inject(fault, { clients, ...(broker !== undefined && { broker }) });
  await sleep(ms);
  active.lift();
  await trial.recovered(performance.now(), fault.kind, active.struck > 0);
}

export const losable: Readonly<Record<Guarantee, readonly ApiName[]>> = {
  'at-least-once': ['produce', 'offsetCommit'],
  'exactly-once': ['produce', 'addPartitions', 'addOffsets', 'commitOffsets', 'endTransaction'],
};

const strikeMsMax = 30_000;
const abortsMsMax = 120_000;

/** The broker does what it is asked, and nobody hears of it. */
export const lostReplies: Row = {
  name: 'lost reply',
  recoveryMsMax: 15_000,
  members: 2,
  ...evenLoad,
  act: async (trial, times) => {
    const { stand } = trial;
    const apis = losable[stand.guarantee];
    for (let turn = 0; turn < times; turn++) {
      const api = apis[turn % apis.length]!;
      const lost = stand.proxy.inject(
        { kind: 'lose', api, count: 1 },
        { clients: stand.fleet.namePrefix },
      );
      const startMs = performance.now();
      while (lost.struck === 0 && performance.now() - startMs < strikeMsMax) await sleep(5);
      lost.lift();
      trial.expect(lost.struck > 0, `no reply to ${api} could be lost`);
      await trial.recovered(performance.now(), `reply to ${api}`, lost.struck > 0);
    }
  },
};

/** Of transactions that are to end, about so many do not. */
const abortedShare = 1 / 3;

/** Nobody hears that a transaction is to end, so that it must be aborted and all of it done again. */
export const randomAborts: Row = {
  name: 'random abort',
  guarantees: ['exactly-once'],
  members: 2,
  recoveryMsMax: 15_000,
  ...evenLoad,
  act: async (trial, times) => {
    const { proxy, fleet } = trial.stand;
    const drop = { kind: 'drop', api: 'endTransaction', share: abortedShare } as const;
    const dropped = proxy.inject(drop, { clients: fleet.namePrefix });
    const deadline = performance.now() + abortsMsMax;
    while (dropped.struck < times && performance.now() < deadline) await sleep(50);
    dropped.lift();
    trial.faults += dropped.struck;
    trial.expect(dropped.struck >= times, `only ${dropped.struck} of ${times} aborts`);
    trial.recoveriesMs.push(await trial.stand.recovered());
  },
};
