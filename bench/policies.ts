// `npm run bench:policies`: what policies cost without Kafka and without a memo of decisions: reading,
// compiling, deciding, reloading, beside the targets and beside Calico's own checker. `--json` prints one
// object a figure, `--size small` takes seconds and is only good to see that it runs. Times are CPU
// time of all threads, the best of several runs.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { decisionRows } from './policies/decisions.ts';
import { reloadRows } from './policies/reload.ts';
import { scaleRows } from './policies/scale.ts';
import { stepRows } from './policies/steps.ts';
import { formatRows } from './run/rows.ts';

const sizes = {
  small: {
    worlds: [100],
    decisions: [{ policies: 100, pods: 200, namespaces: 5, targets: { known: 3, fresh: 25 } }],
    biggest: 100,
    runs: { decisions: 1, processes: 1, reloads: 1 },
  },
  canonical: {
    worlds: [100, 1000, 5000],
    decisions: [
      { policies: 2000, pods: 4000, namespaces: 100, targets: { known: 3, fresh: 25 } },
      { policies: 10_000, pods: 10_000, namespaces: 250, targets: { known: 8, fresh: 150 } },
    ],
    biggest: 5000,
    runs: { decisions: 15, processes: 3, reloads: 5 },
  },
} as const;

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: 'canonical' },
    json: { type: 'boolean', default: false },
  },
});
const { worlds, decisions, biggest, runs } = sizes[values.size === 'small' ? 'small' : 'canonical'];

const rows = [
  ...stepRows(biggest, runs.processes),
  ...(await reloadRows(biggest, runs.reloads)),
  ...decisions.flatMap((size) => decisionRows(size, runs.decisions)),
  ...worlds.flatMap((policies) => scaleRows(policies, runs.decisions)),
];
process.stdout.write(formatRows(rows, values.json));
const { model = 'unknown' } = cpus()[0] ?? {};
console.error(`Node ${process.versions.node}, ${cpus().length} × ${model}`);
