import { setTimeout as sleep } from 'node:timers/promises';

import { below } from '../../../bench/workload/random.ts';
import { evenLoad } from '../row.ts';
import type { Row, Trial } from '../row.ts';
import { followRss } from '../stand/rss.ts';
import { brokerIds, brokerOf, inSync, rolesUnder } from '../stand/roles.ts';
import { memory } from './strain.ts';

const downMs = { min: 500, spread: 3000 };

/** The broker that leads, coordinates or controls is killed and comes back. */
export const brokerKills: Row = {
  name: 'broker kill -9',
  recoveryMsMax: 20_000,
  members: 2,
  ...evenLoad,
  act: async (trial, times) => {
    const { stand } = trial;
    const roles = rolesUnder(stand.guarantee);
    for (let turn = 0; turn < times && !trial.isOver; turn++) {
      const role = roles[turn % roles.length]!;
      const id = await brokerOf(role, stand);
      await trial.stand.faults.kill(id);
      const killedMs = performance.now();
      await trial.recovered(killedMs, role);
      await sleep(downMs.min + below(stand.random, downMs.spread));
      await trial.stand.faults.restart(id);
      await inSync(trial.stand);
      trial.notes.push(`${role}: ${id}`);
    }
  },
};

/** One broker after the other is stopped in good order and started again. */
export const rollingRestart: Row = {
  name: 'rolling restart',
  recoveryMsMax: 20_000,
  members: 2,
  ...evenLoad,
  act: async (trial, times) => {
    for (let turn = 0; turn < times; turn++) {
      for (const id of brokerIds) {
        const startMs = performance.now();
        await trial.stand.faults.restart(id);
        await trial.recovered(startMs, `restart of ${id}`);
        await inSync(trial.stand);
      }
    }
  },
};

const away = { ms: 30_000, linesMax: 60, leaveMsMax: 10_000, stillMs: 7000 } as const;

/**
 * All brokers are killed and come back after half a minute, while one stage is asked to end; and then they stand
 * still for a while: connections are there and nobody answers.
 */
export const allBrokersAway: Row = {
  name: 'all brokers away',
  members: 1,
  recoveryMsMax: 20_000,
  ...evenLoad,
  act: async (trial, times) => {
    for (let turn = 0; turn < times; turn++) {
      await loseAll(trial);
      await holdAll(trial);
    }
  },
};

async function loseAll(trial: Trial): Promise<void> {
  const { fleet } = trial.stand;
  const [staying] = fleet.running;
  if (staying === undefined) throw new Error('there is no stage');
  const leaving = await fleet.start();
  await leaving.ready();
  const lines = fleet.logLines;
  await withoutBrokers(trial, async () => {
    const rss = followRss(staying);
    const [{ code, signal, tookMs }] = await Promise.all([leaving.stop(), sleep(away.ms)]);
    const { growth } = rss.end();
    const isReady = await staying.isReady();
    const written = fleet.logLines - lines;
    trial.notes.push(`${written} log lines, ${rss.text()}`);
    trial.expect(written <= away.linesMax, `${written} log lines while brokers were away`);
    trial.expect(growth <= memory.growthMax, `the stage grew: ${rss.text()}`);
    trial.expect(!isReady, 'a stage without brokers says that it is ready');
    trial.expect(code === 0, `a stage without brokers ended with ${code ?? signal}`);
    trial.expect(tookMs <= away.leaveMsMax, `a stage without brokers took ${tookMs} ms to end`);
  });
  await trial.recovered(performance.now(), 'an outage');
  await staying.ready();
  await inSync(trial.stand);
}

/** Whatever comes of it, they are there again afterwards. */
async function withoutBrokers({ stand }: Trial, act: () => Promise<void>): Promise<void> {
  try {
    await Promise.all(brokerIds.map(async (id) => stand.faults.kill(id)));
    await act();
  } finally {
    await Promise.all(brokerIds.map(async (id) => stand.faults.restart(id)));
  }
}

async function holdAll(trial: Trial): Promise<void> {
  const { faults } = trial.stand;
  try {
    await Promise.all(brokerIds.map(async (id) => faults.pause(id)));
    await sleep(away.stillMs);
  } finally {
    await Promise.all(brokerIds.map(async (id) => faults.resume(id)));
  }
  await trial.recovered(performance.now(), 'a standstill');
  await inSync(trial.stand);
}

const stutter = { stillMs: { min: 1000, spread: 6000 }, pauseMsMax: 3000 } as const;

/** All brokers stand still again and again, so that their controller gives them up and takes them back. */
export const brokersStutter: Row = {
  name: 'brokers stutter',
  members: 3,
  recoveryMsMax: 20_000,
  ...evenLoad,
  act: async (trial, times) => {
    const { broker, faults, random } = trial.stand;
    const ids = brokerIds.slice(0, broker.bootstrap.split(',').length);
    for (let turn = 0; turn < times && !trial.isOver; turn++) {
      try {
        await Promise.all(ids.map(async (id) => faults.pause(id)));
        await sleep(stutter.stillMs.min + below(random, stutter.stillMs.spread));
      } finally {
        await Promise.all(ids.map(async (id) => faults.resume(id)));
      }
      if (random() < 0.5) await trial.recovered(performance.now(), 'a stutter');
      else {
        trial.faults += 1;
        await sleep(below(random, stutter.pauseMsMax));
      }
    }
    trial.recoveriesMs.push(await trial.stand.recovered());
  },
};
