// `npm run bench:growth`: how the cost of a record grows with policies, endpoints, flows, labels and size, in
// the stage without Kafka; each cell in a process of its own. `--members` measures what a second process
// brings instead, `--forms` JSON beside Avro, in turns, `--misses` what flows cost that are new. `--only policies` for one
// table, `--json` for programs.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import type { Cell, CellOptions } from './growth/cell.ts';
import type { MissCosts } from './growth/misses.ts';
import { memberRows } from './growth/members.ts';
import { provenance } from './run/machine.ts';
import { formatRows, median, type Row } from './run/rows.ts';
import type { RecordForm } from './run/session.ts';
import { type Shape, sizes } from './workload/workload.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: 'canonical' },
    only: { type: 'string' },
    members: { type: 'boolean', default: false },
    forms: { type: 'boolean', default: false },
    misses: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  },
});
const size = values.size === 'small' ? 'small' : 'canonical';
const base = sizes[size];

/** What is remembered has room but where that is the question: else it would be measured everywhere. */
const ample = 256;

type Step = readonly [label: string, change: Partial<Shape> & { readonly memoMib?: number }];

/** What grows while all else stays as it is. */
const axes: Readonly<Record<string, readonly Step[]>> = {
  policies: [10, 100, 1000, 10_000].map((policies) => [`${policies} policies`, { policies }]),
  // Two policies an app and its four endpoints, up to the usual number.
  endpoints: [100, 1000, 10_000, 100_000].map((endpoints) => [
    `${endpoints} endpoints`,
    { endpoints, policies: Math.min(base.policies, endpoints / 2 + 8) },
  ]),
  flows: [0, 0.01, 0.1, 0.5, 1].map((freshShare) => [
    `${100 * (1 - freshShare)} % of flows seen before`,
    { freshShare },
  ]),
  memo: [10_000, 50_000, 200_000].flatMap((flows) =>
    [64, 96, 128].map((memoMib): Step => [
      `${flows} flows, memo of ${memoMib} MiB`,
      { flows, memoMib },
    ]),
  ),
  labels: [4, 10, 40].map((labels) => [`${labels} labels a side`, { labels }]),
  bytes: [0, 1000, 10_000].map((paddingBytes) => [
    `${paddingBytes} bytes more in each record`,
    { paddingBytes },
  ]),
};
const small: Readonly<Record<string, readonly Step[]>> = {
  policies: [['20 policies', { policies: 20 }]],
  flows: [['50 % of flows seen before', { freshShare: 0.5 }]],
};

const rows = values.forms
  ? formRows()
  : values.misses
    ? missRows()
    : values.members
      ? await memberRows({
          size,
          seconds: size === 'small' ? 0.2 : 4,
          rounds: Number(values.rounds),
        })
      : growthRows();
process.stdout.write(formatRows(rows, values.json));
for (const line of provenance()) console.error(line);

function growthRows(): Row[] {
  const tables = Object.entries(size === 'small' ? small : axes);
  const wanted = tables.filter(([axis]) => (values.only ?? axis) === axis);
  return wanted.flatMap(([, steps]) =>
    steps.flatMap(([label, { memoMib = ample, ...change }]) => {
      const cell = measure({ ...base, ...change }, memoMib);
      console.error(`${label}: ${JSON.stringify(cell)}`);
      return rowsOf(label, cell);
    }),
  );
}

/** The same records in both forms, one right after the other. */
function formRows(): Row[] {
  const pairs = Array.from({ length: Number(values.rounds) }, () => {
    const [json, avro] = [measure(base, ample, 'json'), measure(base, ample, 'avro')];
    console.error(`JSON ${JSON.stringify(json)}, Avro ${JSON.stringify(avro)}`);
    return { json: json.nsPerRecord, avro: avro.nsPerRecord };
  });
  const common = { unit: 'ns a record', better: 'less' } as const;
  return [
    { ...common, name: 'JSON: CPU', value: median(pairs.map(({ json }) => json)) },
    {
      ...common,
      name: 'Avro: CPU',
      value: median(pairs.map(({ avro }) => avro)),
      peer: 'JSON',
      ratio: median(pairs.map(({ json, avro }) => json / avro)),
    },
  ];
}

/** One record in ten is of a flow that was never seen before, among 2,000 policies. */
function missRows(): Row[] {
  const many = { ...base, policies: 2008, endpoints: 4000, flows: 40_000 };
  const shape = { ...(size === 'small' ? base : many), freshShare: 0.1 };
  const rounds = Array.from({ length: Number(values.rounds) }, () => {
    const costs = ran('growth/misses.ts', shape, { memoMib: ample }) as MissCosts;
    console.error(JSON.stringify(costs));
    return costs;
  });
  const common = { unit: 'ns a record', better: 'less' } as const;
  return [
    { ...common, name: 'all known: CPU', value: median(rounds.map(({ nsOfKnown }) => nsOfKnown)) },
    {
      ...common,
      name: '10 % new: CPU',
      value: median(rounds.map(({ nsOfMixed }) => nsOfMixed)),
      peer: 'all known',
      ratio: median(rounds.map(({ ratio }) => ratio)),
    },
  ];
}

function measure(shape: Shape, memoMib: number, form: RecordForm = 'json'): Cell {
  return ran('growth/cell.ts', shape, { memoMib, form }) as Cell;
}

interface Room {
  readonly memoMib: number;
  readonly form?: RecordForm;
}

/** What a program says of such a workload, in a process of its own. */
function ran(file: string, shape: Shape, { memoMib, form = 'json' }: Room): unknown {
  const program = fileURLToPath(new URL(file, import.meta.url));
  const pace = size === 'small' ? { passes: 1, records: 2000 } : { passes: 5, records: 20_000 };
  const options: CellOptions = { shape, form, memoBytes: memoMib * 1024 ** 2, seed: 1, ...pace };
  const args = ['--max-old-space-size=8192', program, JSON.stringify(options)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

function rowsOf(label: string, cell: Cell): Row[] {
  return [
    { name: `${label}: CPU`, unit: 'ns a record', value: cell.nsPerRecord, better: 'less' },
    { name: `${label}: record`, unit: 'bytes', value: cell.recordBytes, better: 'less' },
    { name: `${label}: start`, unit: 'ms', value: cell.startMs, better: 'less' },
  ];
}
