// The long form of the chaos suite: `npm run chaos -- --kills 1000 --broker-kills 100 --seed 7`.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { provenance } from '../../bench/run/machine.ts';
import { type BrokerHarness, startBroker } from '../support/broker/harness.ts';
import { kafkaVersion } from '../support/broker/kafka-libs.ts';
import { type GateReport, tryChecker } from './checker/gate.ts';
import { mutations } from './checker/mutations.ts';
import { reportLine, reportPage } from './report.ts';
import type { Row } from './row.ts';
import { brokerKills } from './rows/brokers.ts';
import { processKills } from './rows/kills.ts';
import { allRows } from './rows/table.ts';
import { timings } from './stand/member.ts';
import { guarantees } from './stand/stand.ts';
import { type Report, tryRow } from './try-row.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '0' },
    'broker-kills': { type: 'string', default: '0' },
    /** Rows by their names, or `all`, one after the other; and how often. */
    row: { type: 'string', default: [] as string[], multiple: true },
    times: { type: 'string', default: '1' },
    /** How often the checker is tried before anything else, each time by another seed. */
    gates: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Math.trunc(Math.random() * 2 ** 31)) },
    guarantee: { type: 'string', default: guarantees[0] },
    /** Pipelines side by side, among which the kills are shared out. */
    lanes: { type: 'string', default: '2' },
    /** How patient stages are, and brokers: as users have it, or so that faults are over in seconds. */
    timing: { type: 'string', default: timings[1] },
    /** One broker for what leaves brokers alone. */
    brokers: { type: 'string', default: '3' },
    /** After so long what has been done is enough. */
    minutes: { type: 'string', default: '' },
    /** A folder for what the stages say. */
    logs: { type: 'string', default: '' },
    /** Where the report goes, as Markdown. */
    report: { type: 'string', default: '' },
  },
});

const startMs = performance.now();
const seed = Number(values.seed);
const guarantee = guarantees.find((each) => each === values.guarantee);
if (guarantee === undefined) throw new Error(`no guarantee is called ${values.guarantee}`);
const timing = timings.find((each) => each === values.timing);
if (timing === undefined) throw new Error(`no timing is called ${values.timing}`);

// Whoever interrupts it leaves no broker and no stage behind: they go when this process exits.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const profile = timing === 'usual' ? 'bench' : 'test';
const brokers = values.brokers === '1' ? 1 : 3;
const broker = await startBroker({ brokers, profile, proxied: true });
try {
  const gates = await tryGates(Number(values.gates));
  const reports = [
    ...(await tryInLanes(processKills, Number(values.kills), Number(values.lanes))),
    ...(await tryInLanes(brokerKills, Number(values['broker-kills']), 1)),
  ];
  for (const row of rowsNamed(values.row)) {
    reports.push(...(await tryInLanes(row, Number(values.times), 1)));
  }
  const facts = [
    ...provenance(),
    `broker: Apache Kafka ${kafkaVersion}, ${brokers === 1 ? 'one node' : 'three nodes'}`,
    `timing: ${timing}`,
  ];
  const page = reportPage({ facts, caught: gates[0]?.caught ?? [], reports });
  if (values.report !== '') writeFileSync(values.report, page);
  const problems = [...gates, ...reports].flatMap((each) => each.problems);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
} finally {
  await broker.stop();
}

async function tryGates(times: number): Promise<GateReport[]> {
  const gates: GateReport[] = [];
  for (let turn = 0; turn < times; turn++) {
    const gate = await tryChecker(broker, seed + turn);
    const problems = gate.problems.map((problem) => `the checker, seed ${seed + turn}: ${problem}`);
    gates.push({ ...gate, problems });
    console.log(`checker: ${gate.caught.length} of ${mutations.length + 1} mutations caught`);
  }
  return gates;
}

function rowsNamed(names: readonly string[]): readonly Row[] {
  return names.flatMap((name) => {
    const found = allRows.filter((row) => name === 'all' || row.name === name);
    if (found.length === 0) throw new Error(`no row is called ${name}`);
    return found;
  });
}

/** So many faults, shared out among pipelines that are tried side by side. */
async function tryInLanes(row: Row, times: number, lanes: number): Promise<Report[]> {
  if (times === 0) return [];
  const shares = Array.from({ length: Math.min(lanes, times) }, (_, lane) =>
    Math.floor((times + lane) / Math.min(lanes, times)),
  );
  const reports = shares.map(async (share, lane) => tryLane(broker, row, { share, lane }));
  return (await Promise.all(reports)).flat();
}

async function tryLane(
  harness: BrokerHarness,
  row: Row,
  { share, lane }: { readonly share: number; readonly lane: number },
): Promise<Report[]> {
  const reports = await tryRow(row, {
    broker: harness,
    seed,
    turn: lane,
    guarantees: row.guarantees ?? [guarantee ?? guarantees[0]],
    timing: timing ?? timings[1],
    times: share,
    ...(values.minutes !== '' && { endMs: startMs + Number(values.minutes) * 60_000 }),
    ...(values.logs !== '' && { logs: values.logs }),
    say: (line) => console.log(`${new Date().toISOString().slice(11, 19)} lane ${lane}: ${line}`),
  });
  for (const report of reports) console.log(reportLine(report));
  return reports;
}
