import { setTimeout as sleep } from 'node:timers/promises';

import { followRss } from '../stand/rss.ts';
import type { Row } from '../row.ts';

const MIB = 1024 * 1024;

/** What a stage may come to hold, and by how much that may grow once nothing gets away any more. */
export const memory = { bytesMax: 384 * MIB, growthMax: 1.05 } as const;

const stall = { warmUpMs: 10_000, ms: 60_000 } as const;

/** The brokers take outputs and do not say so, while records keep coming. */
export const stalledSink: Row = {
  name: 'stalled sink',
  recoveryMsMax: 20_000,
  members: 1,
  recordsPerSecond: 400,
  act: async (trial, times) => {
    const { stand } = trial;
    const [member] = stand.fleet.running;
    if (member === undefined) throw new Error('there is no stage');
    await sleep(stall.warmUpMs);
    for (let turn = 0; turn < times; turn++) {
      const held = stand.proxy.inject(
        { kind: 'hold', api: 'produce' },
        { clients: stand.fleet.namePrefix },
      );
      const rss = followRss(member);
      await sleep(stall.ms);
      const { maxBytes, growth } = rss.end();
      held.lift();
      trial.notes.push(rss.text());
      trial.expect(maxBytes <= memory.bytesMax, `the stage held ${rss.text()}`);
      trial.expect(growth <= memory.growthMax, `the stage grew: ${rss.text()}`);
      await trial.recovered(performance.now(), 'a stall', held.struck > 0);
    }
  },
};

const reloads = { everyMs: 50, seconds: 60, paceMin: 0.8 } as const;

/** The policies are written anew twenty times a second, in place, so that some are read half-written. */
export const reloadStorm: Row = {
  name: 'reload storm',
  recoveryMsMax: 15_000,
  members: 1,
  recordsPerSecond: 400,
  act: async (trial, times) => {
    const { stand } = trial;
    for (let turn = 0; turn < times; turn++) {
      const before = { answered: stand.ledger.settled, sent: stand.load.sent };
      const endMs = performance.now() + reloads.seconds * 1000;
      let writes = 0;
      while (performance.now() < endMs) {
        stand.policies.write(++writes);
        await sleep(reloads.everyMs);
      }
      const answered = stand.ledger.settled - before.answered;
      const pace = answered / (stand.load.sent - before.sent);
      trial.notes.push(`${writes} rewrites, ${Math.round(pace * 100)} % of the records answered`);
      trial.expect(pace >= reloads.paceMin, `only ${Math.round(pace * 100)} % were answered`);
      await trial.recovered(performance.now(), 'a storm');
    }
    const sets = stand.ledger.policySets;
    trial.notes.push(`${sets} sets of policies in force`);
    trial.expect(sets > 1, 'the policies never changed');
  },
};
