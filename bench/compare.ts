// `npm run bench:compare -- --against COMMIT`: the stage of this tree beside that of another commit, in turns,
// on one topic of one broker. Below 5 % is noise unless many pairs say the same. The other commit runs with
// the modules installed here.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { stageCommand } from './clients/clients.ts';
import { loadText, provenance } from './run/machine.ts';
import { type Pair, pairsTable, pairText, rowsOf } from './run/pairs.ts';
import { openSession, type Run } from './run/session.ts';
import { sizes } from './workload/workload.ts';

const { values } = parseArgs({
  options: {
    against: { type: 'string', default: 'HEAD' },
    size: { type: 'string', default: 'canonical' },
    records: { type: 'string', default: '400000' },
    pairs: { type: 'string', default: '5' },
    compression: { type: 'string', default: 'none' },
    misses: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const here = 'this tree';
const there = values.against;
const records = Number(values.records);
const shape = {
  ...sizes[values.size === 'small' ? 'small' : 'canonical'],
  freshShare: Number(values.misses),
};

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-compare-'));
const otherRoot = join(folder, 'tree');
try {
  git('worktree', 'add', '--detach', otherRoot, there);
  symlinkSync(join(root, 'node_modules'), join(otherRoot, 'node_modules'));
  await compare();
} finally {
  rmSync(folder, { recursive: true });
  git('worktree', 'prune');
}

async function compare(): Promise<void> {
  const { compression } = values;
  const sampleRecords = Math.min(records, 2000);
  const options = {
    shape,
    seed: 1,
    records,
    sampleRecords,
    compression,
    memoBytes: null,
    forms: ['json'],
  } as const;
  const session = await openSession(options);
  try {
    console.error(session.about);
    const [ours, theirs] = [
      await session.sample(stageOf(root)),
      await session.sample(stageOf(otherRoot)),
    ];
    console.error(
      ours.hash === theirs.hash ? `both write ${ours.hash}` : 'they do not write the same',
    );
    const pairs: Pair[] = [];
    for (let round = 1; round <= Number(values.pairs); round++) {
      const peer = await session.measure(stageOf(otherRoot), 1);
      const reference = await session.measure(stageOf(root), 1);
      pairs.push({ reference, peer });
      console.error(`round ${round}: ${pairText({ reference, peer })}, load ${loadText()}`);
    }
    await session.assertNoneRefused();
    const comparison = { referenceName: here, peerName: there, pairs };
    const lines = rowsOf(comparison).map((row) => `${JSON.stringify(row)}\n`);
    process.stdout.write(values.json ? lines.join('') : pairsTable([comparison]));
    for (const line of provenance()) console.error(line);
  } finally {
    await session.close();
  }
}

function stageOf(tree: string): Run {
  return {
    form: 'json',
    additions: [],
    remembers: true,
    command: (setting) => stageCommand(setting, tree),
  };
}

function git(...args: readonly string[]): void {
  execFileSync('git', args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}
