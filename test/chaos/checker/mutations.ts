import { below, type Random } from '../../../bench/workload/random.ts';
import type { StoredRecord } from '../../support/broker/stored-record.ts';
import type { Finding } from './ledger.ts';

/** A fault put into what a stage wrote, and what a checker worth its name calls it. */
export interface Mutation {
  readonly name: string;
  readonly finding: Finding;
  readonly mutate: (records: readonly StoredRecord[], random: Random) => StoredRecord[];
}

/** Of one partition of the output, in order. The abort that leaks is made by the broker itself. */
export const mutations: readonly Mutation[] = [
  {
    name: 'loss',
    finding: 'lost',
    mutate: (records, random) => records.toSpliced(below(random, records.length), 1),
  },
  {
    name: 'duplicate',
    finding: 'duplicated',
    mutate: (records, random) => {
      const at = below(random, records.length);
      return records.toSpliced(records.length, 0, records[at]!);
    },
  },
  {
    name: 'swap',
    finding: 'reordered',
    mutate: (records, random) => {
      const at = below(random, records.length - 1);
      return records.toSpliced(at, 2, records[at + 1]!, records[at]!);
    },
  },
  {
    name: 'altered byte',
    finding: 'altered',
    mutate: (records, random) =>
      withValue(records, random, (text) => {
        // Ahead of the first member that is the stage's.
        const at = 1 + below(random, text.indexOf(',"pending_policies"') - 1);
        const other = String.fromCharCode(text.charCodeAt(at) ^ 1);
        return text.slice(0, at) + other + text.slice(at + 1);
      }),
  },
  {
    name: 'wrong verdict',
    finding: 'misjudged',
    mutate: (records, random) =>
      withValue(records, random, (text) =>
        text.replace(/"verdict":"(Allow|Deny)"/, (_whole, verdict: string) =>
          verdict === 'Allow' ? '"verdict":"Deny"' : '"verdict":"Allow"',
        ),
      ),
  },
];

/** One of the flow records with another value. */
function withValue(
  records: readonly StoredRecord[],
  random: Random,
  edit: (text: string) => string,
): StoredRecord[] {
  const flows = records.filter(({ value }) => value !== null);
  const chosen = flows[below(random, flows.length)]!;
  const value = Buffer.from(edit(chosen.value?.toString('latin1') ?? ''), 'latin1');
  return records.map((record) => (record === chosen ? { ...record, value } : record));
}
