import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { median, type Row } from '../run/rows.ts';

export interface MembersOptions {
  readonly size: string;
  readonly seconds: number;
  /** Of one process and of two, in turns. */
  readonly rounds: number;
}

/** What a second process brings, where each has all it needs: as members of one group have. */
export async function memberRows(options: MembersOptions): Promise<Row[]> {
  const rounds: { one: number; two: number }[] = [];
  for (let round = 0; round < options.rounds; round++) {
    rounds.push({ one: await together(1, options), two: await together(2, options) });
  }
  const unit = 'records/s';
  return [
    { name: 'one process', unit, value: median(rounds.map(({ one }) => one)), better: 'more' },
    {
      name: 'two processes',
      unit,
      value: median(rounds.map(({ two }) => two)),
      better: 'more',
      peer: 'one process',
      ratio: median(rounds.map(({ one, two }) => two / one)),
    },
  ];
}

/** Records a second of all together, once all are ready. */
async function together(count: number, { size, seconds }: MembersOptions): Promise<number> {
  const program = fileURLToPath(new URL('member.ts', import.meta.url));
  const members = Array.from({ length: count }, () => fork(program, [String(seconds), size]));
  await Promise.all(members.map(nextMessage));
  const results = members.map(nextMessage);
  for (const member of members) member.send('go');
  const rates = (await Promise.all(results)) as { readonly recordsPerSecond: number }[];
  return rates.reduce((sum, { recordsPerSecond }) => sum + recordsPerSecond, 0);
}

async function nextMessage(member: ChildProcess): Promise<unknown> {
  const [message] = (await once(member, 'message')) as unknown[];
  return message;
}
