import { setTimeout as sleep } from 'node:timers/promises';

import { below } from '../../../bench/workload/random.ts';
import type { Failpoint } from '../../../src/kafka/failpoints.ts';
import { evenLoad } from '../row.ts';
import type { Row, Trial } from '../row.ts';
import type { Member } from '../stand/member.ts';
import type { Guarantee, Stand } from '../stand/stand.ts';
import type { WireMoment } from '../stand/wire.ts';

/** Where a stage may die. */
interface Place {
  readonly name: string;
  /**
   * `false`: nothing that it has begun is unacknowledged there, so the kill does not count. Whatever is
   * seen on the wire is unacknowledged by its very meaning.
   */
  readonly isAtWork: boolean;
  /** Of the protocol; `null`: of its own code, where it kills itself. */
  readonly moment: WireMoment | null;
}

const always: readonly Place[] = [
  failpointAt('rebalance', false),
  failpointAt('mid-send', true),
  failpointAt('after-commit', false),
];

const places: Readonly<Record<Guarantee, readonly Place[]>> = {
  'at-least-once': [
    ...always,
    failpointAt('before-produce', true),
    failpointAt('after-ack', true),
    momentAt({ api: 'produce', moment: 'asked' }),
    momentAt({ api: 'produce', moment: 'answered' }),
    momentAt({ api: 'offsetCommit', moment: 'asked' }),
    momentAt({ api: 'offsetCommit', moment: 'answered' }),
  ],
  // Members of a group have one name on the wire, so that nobody can tell which of them it is.
  'exactly-once': [
    ...always,
    failpointAt('initialised', false),
    failpointAt('begin', true),
    failpointAt('before-offsets', true),
    failpointAt('after-offsets', true),
    failpointAt('before-end', true),
    failpointAt('end-sent', true),
  ],
};

function failpointAt(name: Failpoint, isAtWork: boolean): Place {
  return { name, isAtWork, moment: null };
}

function momentAt(moment: WireMoment): Place {
  return { name: `${moment.api} ${moment.moment}`, isAtWork: true, moment };
}

/** More passes than one now and then, so that not all kills come at the beginning of a life. */
const passesMax = 10;
/** A place that nobody comes to in this time is left. */
const deathMsMax = 60_000;
const attemptsPerKill = 4;
const pauseMsMax = 500;

/** Stages die at every place in turn; in the place of each comes another at once. */
export const processKills: Row = {
  name: 'process kill -9',
  recoveryMsMax: 7000,
  members: 2,
  ...evenLoad,
  act: async (trial, times) => {
    const { stand } = trial;
    const all = places[stand.guarantee];
    const table = [...all, ...all.filter(({ isAtWork }) => isAtWork)];
    const shift = below(stand.random, table.length);
    let [turn, settled] = [shift, 0];
    let recovering = Promise.resolve();
    while (trial.faults < times && turn - shift < times * attemptsPerKill && !trial.isOver) {
      const place = table[turn++ % table.length]!;
      const victim = await victimAt(stand, place);
      await recovering;
      const isDeath = await dies(trial, victim);
      const hasProgress = stand.ledger.settled > settled;
      settled = stand.ledger.settled;
      const isCounted = isDeath && place.isAtWork && hasProgress;
      recovering = trial.recovered(victim.endedMs ?? performance.now(), place.name, isCounted);
    }
    await recovering;
    trial.expect(trial.faults >= times || trial.isOver, `only ${trial.faults} of ${times} kills`);
  },
};

/** Whether it went where it was to, and not because nobody came by there. */
async function dies(trial: Trial, victim: Member): Promise<boolean> {
  const died = await Promise.race([victim.exited, sleep(deathMsMax, null, { ref: false })]);
  if (died === null) {
    victim.kill();
    await victim.exited;
  } else if (died.signal !== 'SIGKILL') {
    trial.problems.push(`a stage ended by itself:\n${trial.stand.fleet.lastWords()}`);
  }
  return died !== null;
}

/** Somebody joins those that are there, and one of them will die in this place; everybody else lives. */
async function victimAt({ fleet, random, wire }: Stand, place: Place): Promise<Member> {
  if (place.moment === null) {
    const passes = place.isAtWork ? 1 + below(random, passesMax) : 1;
    return fleet.start(`${place.name}:${passes}`);
  }
  await fleet.start();
  const victim = fleet.running[below(random, fleet.running.length)]!;
  await sleep(below(random, pauseMsMax));
  wire.at(victim.clientId, place.moment, () => victim.kill());
  return victim;
}
