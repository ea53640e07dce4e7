import { setTimeout as sleep } from 'node:timers/promises';

import { below } from '../../../bench/workload/random.ts';
import type { BrokerFaults } from '../../support/broker/cluster.ts';
import { evenLoad } from '../row.ts';
import type { Row, Trial } from '../row.ts';
import { followRss } from '../stand/rss.ts';
import { brokerIds, brokerOf, rolesUnder } from '../stand/roles.ts';
import { memory } from './strain.ts';

const downMs = { min: 500, spread: 3000 };

/** The broker that leads, coordinates or controls is killed and comes back. */
export const brokerKills: Row = {
  name: 'broker kill -9',
  members: 2,
  ...evenLoad,
  act: async (trial, times) => {
    const { stand } = trial;
    const roles = rolesUnder(stand.guarantee);
    for (let turn = 0; turn < times; turn++) {
      const role = roles[turn % roles.length]!;
      const id = await brokerOf(role, stand);
      await faultsOf(trial).kill(id);
      const killedMs = performance.now();
      await trial.recovered(killedMs, role);
      await sleep(downMs.min + below(stand.random, downMs.spread));
      await faultsOf(trial).restart(id);
      await inSync(trial);
      trial.notes.push(`${role}: ${id}`);
    }
  },
};

/** One broker after the other is stopped in good order and started again. */
export const rollingRestart: Row = {
  name: 'rolling restart',
  members: 2,
  ...evenLoad,
  act: async (trial, times) => {
    for (let turn = 0; turn < times; turn++) {
      for (const id of brokerIds) {
        const startMs = performance.now();
        await faultsOf(trial).restart(id);
        await trial.recovered(startMs, `restart of ${id}`);
        await inSync(trial);
      }
    }
  },
};

const away = { ms: 30_000, linesMax: 60 } as const;

/** All brokers are killed, and come back after half a minute. */
export const allBrokersAway: Row = {
  name: 'all brokers away',
  members: 1,
  ...evenLoad,
  act: async (trial, times) => {
    const { stand } = trial;
    const [member] = stand.fleet.running;
    if (member === undefined) throw new Error('there is no stage');
    for (let turn = 0; turn < times; turn++) {
      const lines = stand.fleet.logLines;
      await Promise.all(brokerIds.map(async (id) => faultsOf(trial).kill(id)));
      const rss = followRss(member);
      await sleep(away.ms);
      const { growth } = rss.end();
      const written = stand.fleet.logLines - lines;
      await Promise.all(brokerIds.map(async (id) => faultsOf(trial).restart(id)));
      await trial.recovered(performance.now(), 'an outage');
      trial.notes.push(`${written} log lines, ${rss.text()}`);
      trial.expect(written <= away.linesMax, `${written} log lines while brokers were away`);
      trial.expect(growth <= memory.growthMax, `the stage grew: ${rss.text()}`);
      await inSync(trial);
    }
  },
};

function faultsOf({ stand }: Trial): BrokerFaults {
  const { faults } = stand.broker;
  if (faults === null) throw new Error('these brokers cannot be killed');
  return faults;
}

const inSyncMsMax = 60_000;

/** Until every replica has caught up, another fault would be two at once. */
async function inSync({ stand }: Trial): Promise<void> {
  const args = `--bootstrap-server ${stand.broker.bootstrap} --describe --under-replicated-partitions`;
  const deadline = performance.now() + inSyncMsMax;
  for (;;) {
    const tool = 'org.apache.kafka.tools.TopicCommand';
    const { code, stdout } = await stand.broker.tool(tool, args.split(' '));
    if (code === 0 && !stdout.includes('Topic:')) return;
    if (performance.now() > deadline) throw new Error(`replicas lag behind:\n${stdout}`);
    await sleep(250);
  }
}
