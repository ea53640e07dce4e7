import { describe, expect, test } from 'vitest';
import { decodeHits } from '../../src/flow/dialects/hits.ts';
import { judge } from '../../src/flow/judge.ts';
import type { FlowEvaluation } from '../../src/flow/evaluation.ts';
import { limits } from '../../src/stage/limits.ts';
import { anEvaluation } from '../stage/support/evaluations.ts';
import { aProcessor, processed } from '../stage/support/processing.ts';
import { aReader, flowOf } from './dialects/support/reading.ts';
import { Field } from '../../src/flow/dialects/fields.ts';
import { calicoDialects, recordLines } from './dialects/support/records.ts';
import { recordRows } from './support/record-worlds.ts';

/**
 * Records as Calico writes them, over worlds where every connection under them is known. `decided` and
 * `certain` are shares of a thousand records; the connections of a tenth of them disagree. Whisker's lack the
 * types of their ends, so that the inventory has to tell more.
 */
const goldmane = [
  { mode: 'enforcement', loaded: 'policies', decided: 590, certain: 241 },
  { mode: 'enforcement', loaded: 'all', decided: 733, certain: 707 },
  { mode: 'enforcement', loaded: 'dated', decided: 797, certain: 777 },
  { mode: 'calico', loaded: 'policies', decided: 553, certain: 208 },
  { mode: 'calico', loaded: 'all', decided: 707, certain: 707 },
  { mode: 'calico', loaded: 'dated', decided: 776, certain: 776 },
] as const;
const whisker = [
  { mode: 'enforcement', loaded: 'policies', decided: 584, certain: 239 },
  { mode: 'enforcement', loaded: 'all', decided: 733, certain: 707 },
  { mode: 'enforcement', loaded: 'dated', decided: 797, certain: 777 },
  { mode: 'calico', loaded: 'policies', decided: 546, certain: 200 },
  { mode: 'calico', loaded: 'all', decided: 707, certain: 707 },
  { mode: 'calico', loaded: 'dated', decided: 776, certain: 776 },
] as const;
const worlds = calicoDialects.flatMap((dialect) =>
  (dialect === 'whisker' ? whisker : goldmane).map((row) => ({ dialect, ...row })),
);

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
    const share = (part: readonly unknown[]) => Math.floor((1000 * part.length) / rows.length);
    const found = { decided: share(decided), certain: share(certain) };
    console.info(
      `${dialect}, ${mode}, ${loaded} loaded: ${JSON.stringify(found)} of ${rows.length}`,
    );
    expect(found.decided).toBeGreaterThanOrEqual(shares.decided);
    expect(found.certain).toBeGreaterThanOrEqual(shares.certain);
  });
});

describe.each(calicoDialects)('%s', (dialect) => {
  const lines = recordLines(dialect);

  test('is read back as what was written', () => {
    let evaluation: FlowEvaluation = anEvaluation();
    // Without a memo every record is judged.
    const processor = aProcessor({ judge: () => evaluation, limits: { memoBytes: 1 } });
    for (const row of recordRows(dialect, 'enforcement', 'all')) {
      const line = lines[row.line - 1] ?? '';
      evaluation = judge(row.index, row.flow);
      const written = processed(processor, line);
      expect(flowOf(written)).toEqual({ ...row.flow, pendingUpstream: null });
      expect(pendingIn(written)).toEqual(evaluation.pending);
    }
  });
});

const reader = aReader();

function pendingIn(record: string) {
  const reading = reader.read(Buffer.from(record), 'flows');
  if (reading.status === 'unreadable') throw new Error(reading.message);
  const list = reading.form.valueOf(reading, Field.pending);
  return Array.isArray(list) ? decodeHits(list, 'pending', limits) : null;
}
