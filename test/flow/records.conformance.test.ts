import { describe, expect, test } from 'vitest';
import { judge } from '../../src/flow/judge.ts';
import { recordRows } from './support/record-worlds.ts';

/**
 * Records as Calico writes them, over worlds where every connection under them is known. `decided` and
 * `certain` are shares of all records; the connections of a tenth of them disagree.
 */
const worlds = [
  { dialect: 'goldmane-go', mode: 'enforcement', loaded: 'policies', decided: 0.58, certain: 0.24 },
  { dialect: 'goldmane-go', mode: 'enforcement', loaded: 'all', decided: 0.73, certain: 0.7 },
  { dialect: 'goldmane-go', mode: 'enforcement', loaded: 'dated', decided: 0.79, certain: 0.77 },
  { dialect: 'goldmane-go', mode: 'calico', loaded: 'policies', decided: 0.54, certain: 0.2 },
  { dialect: 'goldmane-go', mode: 'calico', loaded: 'all', decided: 0.7, certain: 0.7 },
  { dialect: 'goldmane-go', mode: 'calico', loaded: 'dated', decided: 0.77, certain: 0.77 },
  {
    dialect: 'goldmane-protojson',
    mode: 'enforcement',
    loaded: 'policies',
    decided: 0.58,
    certain: 0.24,
  },
  {
    dialect: 'goldmane-protojson',
    mode: 'enforcement',
    loaded: 'all',
    decided: 0.73,
    certain: 0.7,
  },
  { dialect: 'goldmane-protojson', mode: 'calico', loaded: 'all', decided: 0.7, certain: 0.7 },
  { dialect: 'goldmane-protojson', mode: 'calico', loaded: 'dated', decided: 0.77, certain: 0.77 },
  { dialect: 'whisker', mode: 'enforcement', loaded: 'policies', decided: 0.58, certain: 0.23 },
  { dialect: 'whisker', mode: 'enforcement', loaded: 'all', decided: 0.73, certain: 0.7 },
  { dialect: 'whisker', mode: 'enforcement', loaded: 'dated', decided: 0.79, certain: 0.77 },
  { dialect: 'whisker', mode: 'calico', loaded: 'all', decided: 0.7, certain: 0.7 },
  { dialect: 'whisker', mode: 'calico', loaded: 'dated', decided: 0.77, certain: 0.77 },
] as const;

describe.each(worlds)('$dialect, $mode, $loaded loaded', ({ dialect, mode, loaded, ...shares }) => {
  const rows = recordRows(dialect, mode, loaded).map((row) => ({
    ...row,
    evaluation: judge(row.index, row.flow),
  }));
  const decided = rows.filter(({ evaluation }) => ['allow', 'deny'].includes(evaluation.verdict));
  const certain = decided.filter(({ evaluation }) => evaluation.certainty === 'certain');

  test('a certain verdict is that of every connection', () => {
    const wrong = certain.filter(({ evaluation, verdicts }) =>
      verdicts.some((verdict) => verdict !== evaluation.verdict),
    );
    expect(wrong.map(({ line }) => line)).toEqual([]);
  });

  test('with the inventory an assumed one is, too', () => {
    const wrong = decided.filter(({ evaluation, verdicts }) =>
      verdicts.some((verdict) => verdict !== evaluation.verdict),
    );
    expect(loaded === 'policies' ? [] : wrong.map(({ line }) => line)).toEqual([]);
  });

  test('no fewer are decided than before', () => {
    const share = (part: readonly unknown[]) =>
      Math.floor((1000 * part.length) / rows.length) / 1000;
    const found = { decided: share(decided), certain: share(certain) };
    console.info(
      `${dialect}, ${mode}, ${loaded} loaded: ${JSON.stringify(found)} of ${rows.length}`,
    );
    expect(found.decided).toBeGreaterThanOrEqual(shares.decided);
    expect(found.certain).toBeGreaterThanOrEqual(shares.certain);
  });
});
