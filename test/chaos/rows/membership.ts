import { setTimeout as sleep } from 'node:timers/promises';

import { below } from '../../../bench/workload/random.ts';
import { evenLoad } from '../row.ts';
import type { Row, Trial } from '../row.ts';

const drainMsMax = 10_000;

/** Stages are asked to end in mid-stream, and another one comes. */
export const drains: Row = {
  name: 'SIGTERM drain',
  recoveryMsMax: 8000,
  members: 2,
  ...evenLoad,
  act: async (trial, times) => {
    const { fleet, random } = trial.stand;
    for (let turn = 0; turn < times; turn++) {
      const leaving = fleet.running[below(random, fleet.running.length)]!;
      const newcomer = await fleet.start();
      await newcomer.ready();
      await sleep(below(random, 300));
      const { code, signal, tookMs } = await leaving.stop();
      trial.expect(code === 0, `a drain ended with ${code ?? signal}:\n${leaving.output}`);
      trial.expect(tookMs <= drainMsMax, `a drain took ${Math.round(tookMs)} ms`);
      await trial.recovered(performance.now() - tookMs, 'a drain');
    }
  },
};

/** Twenty changes in a minute. */
const storm = { membersMax: 4, pauseMs: { min: 2000, spread: 2000 }, stillMsMax: 30_000 };

/** Members join, leave and die all the time; something is answered all the time. */
export const rebalanceStorm: Row = {
  name: 'rebalance storm',
  recoveryMsMax: 15_000,
  members: 2,
  ...evenLoad,
  act: async (trial, times) => {
    const { fleet, random } = trial.stand;
    const pace = watchPace(trial);
    for (let change = 0; change < times; change++) {
      await sleep(storm.pauseMs.min + below(random, storm.pauseMs.spread));
      const { running } = fleet;
      const isJoin = running.length <= 1 || (running.length < storm.membersMax && random() < 0.5);
      const leaving = running[below(random, running.length)];
      if (isJoin) await fleet.start();
      else if (random() < 0.5) leaving?.kill();
      else void leaving?.stop();
      trial.faults += 1;
    }
    trial.recoveriesMs.push(await trial.stand.recovered());
    const stillMs = pace.end();
    trial.notes.push(`${Math.round(stillMs)} ms without an answer at most`);
    trial.expect(stillMs <= storm.stillMsMax, `nothing moved for ${Math.round(stillMs)} ms`);
  },
};

/** The longest time in which nothing was answered. */
function watchPace({ stand: { ledger } }: Trial) {
  let [settled, sinceMs, longestMs] = [ledger.settled, performance.now(), 0];
  const timer = setInterval(() => {
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - sinceMs);
    if (ledger.settled > settled) [settled, sinceMs] = [ledger.settled, nowMs];
  }, 100);
  return {
    end: () => {
      clearInterval(timer);
      return longestMs;
    },
  };
}

/** past the session and any transaction. */
const pausedMs = 8000;

/** A stage stands still, loses all it has to another, and wakes up. */
export const zombies: Row = {
  name: 'zombie',
  recoveryMsMax: 15_000,
  members: 2,
  ...evenLoad,
  act: async (trial, times) => {
    const { fleet, random } = trial.stand;
    for (let turn = 0; turn < times; turn++) {
      const zombie = fleet.running[below(random, fleet.running.length)]!;
      zombie.pause();
      const pausedAtMs = performance.now();
      try {
        await trial.stand.recovered(pausedAtMs);
        await sleep(Math.max(0, pausedMs - (performance.now() - pausedAtMs)));
      } finally {
        zombie.resume();
      }
      await trial.recovered(performance.now(), 'a zombie');
      trial.expect(zombie.exit === null, `a zombie ended:\n${zombie.output.slice(-2000)}`);
      // It has to be of use again: it is left alone with all partitions for a while.
      for (const other of fleet.running.filter((member) => member !== zombie)) await other.stop();
      await trial.stand.recovered();
      await fleet.start();
    }
  },
};
