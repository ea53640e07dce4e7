// `npm run bench`: the stage and other clients on one topic of one real broker, in turns. Each stands beside
// a run of the stage just before it, because only neighbours can be compared: hence the ratios. `--rows`
// names clients of `bench/clients/clients.ts`, or `all`.
import { parseArgs } from 'node:util';

import { type BuiltClient, type ClientInfo, type ClientName, clients } from './clients/clients.ts';
import { additionsOf, meanLength } from './run/additions.ts';
import { loadText, provenance } from './run/machine.ts';
import { type Comparison, type Pair, pairsTable, pairText, rowsOf } from './run/pairs.ts';
import { openSession, type Run, type Session } from './run/session.ts';
import { sizes } from './workload/workload.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: 'canonical' },
    rows: { type: 'string', default: namesWhere(({ build }) => build === undefined).join(',') },
    records: { type: 'string', default: '400000' },
    pairs: { type: 'string', default: '3' },
    compression: { type: 'string', default: 'none' },
    policies: { type: 'string' },
    flows: { type: 'string' },
    'memo-bytes': { type: 'string' },
    misses: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const infos: Readonly<Record<ClientName, ClientInfo>> = clients;
const size = values.size === 'small' ? 'small' : 'canonical';
const records = Number(values.records);
const wanted = new Set<ClientName>(['stage', ...named(values.rows)]);
if (wanted.has('pass-plus-avro')) wanted.add('stage-avro');
const built = await buildAll([...wanted]);
/** To the records that the stage wrote, by the form of records. */
const added = new Map<ClientInfo['records'], readonly Buffer[]>();

const session = await openSession({
  shape: {
    ...sizes[size],
    policies: Number(values.policies ?? sizes[size].policies),
    flows: Number(values.flows ?? sizes[size].flows),
    freshShare: Number(values.misses),
  },
  seed: Number(values.seed),
  records,
  sampleRecords: Math.min(records, 2000),
  compression: values.compression,
  memoBytes: values['memo-bytes'] === undefined ? null : Number(values['memo-bytes']),
  forms: [...new Set([...built.keys()].map((name) => infos[name].records))],
});
try {
  console.error(session.about);
  console.error('rounds: CPU s/M, krec/s, peak MiB of a client : of what it stands beside');
  await compareOutputs(session);
  // No pairs: outputs are compared and that is all.
  const comparisons = Number(values.pairs) === 0 ? [] : await measureAll(session);
  await session.assertNoneRefused();
  process.stdout.write(
    values.json
      ? comparisons
          .flatMap(rowsOf)
          .map((row) => `${JSON.stringify(row)}\n`)
          .join('')
      : pairsTable(comparisons),
  );
  for (const line of provenance()) console.error(line);
} finally {
  await session.close();
}

/** Whoever should write what the stage writes, or what came in, must do so before it is measured. */
async function compareOutputs({ sample, input }: Session): Promise<void> {
  const hashes = new Map<string, string>();
  for (const name of built.keys()) {
    const { records: form, output } = infos[name];
    const came = input.get(form);
    const { hash, values: went, records: count } = await sample(runOf(name));
    if (came === undefined || came.records !== count) throw new Error(`${name} wrote ${count}`);
    if (name.startsWith('stage')) added.set(form, additionsOf(came.values, went));
    if (output === 'input' && hash !== came.hash) throw new Error(`${name} changes what it passes`);
    if (output === 'stage') {
      const first = hashes.get(form) ?? hash;
      if (hash !== first) throw new Error(`${name} does not write what the stage writes`);
      hashes.set(form, first);
    }
    console.error(`${name}: ${meanLength(went)} bytes a record, output ${hash}${sameAs(output)}`);
  }
}

function sameAs(output: ClientInfo['output']): string {
  return { input: ', the same as the input', stage: ', that of the stage', own: '' }[output];
}

async function measureAll({ measure }: Session): Promise<Comparison[]> {
  const peers = [...built.keys()].filter((name) => name !== 'stage');
  const pairs = new Map(peers.map((name) => [name, [] as Pair[]]));
  for (let round = 1; round <= Number(values.pairs); round++) {
    for (const [name, ofName] of pairs) {
      const reference = await measure(runOf(referenceOf(name)), 1);
      const peer = await measure(runOf(name), infos[name].share);
      ofName.push({ reference, peer });
      console.error(`round ${round}: ${name} ${pairText({ reference, peer })}, load ${loadText()}`);
    }
  }
  return [...pairs].map(([name, ofName]) => ({
    referenceName: referenceOf(name),
    peerName: name,
    pairs: ofName,
  }));
}

/** The stage, over the same records where it is not the one to be compared. */
function referenceOf(name: ClientName): ClientName {
  return infos[name].records === 'avro' && name !== 'stage-avro' ? 'stage-avro' : 'stage';
}

function runOf(name: ClientName): Run {
  const { records: form, remembers = false, command } = infos[name];
  const additions = added.get(form) ?? [];
  return { form, additions, remembers, command: (setting) => command(setting, built.get(name)!) };
}

/** In the order of the table; what cannot be built is left out, and why is said. */
async function buildAll(names: readonly ClientName[]): Promise<Map<ClientName, BuiltClient>> {
  const ready = new Map<ClientName, BuiltClient>();
  for (const name of namesWhere(() => true).filter((one) => names.includes(one))) {
    const result = await infos[name].build?.();
    if (result?.found === false) console.error(`${name} is left out: ${result.why}`);
    else ready.set(name, result ?? { program: process.execPath, args: [] });
  }
  return ready;
}

function named(text: string): ClientName[] {
  const all = namesWhere(() => true);
  if (text === 'all') return all;
  return text.split(',').map((word) => {
    const name = all.find((one) => one === word);
    if (name === undefined) throw new Error(`no row \`${word}\`; there are: ${all.join(', ')}`);
    return name;
  });
}

function namesWhere(isWanted: (info: ClientInfo) => boolean): ClientName[] {
  return (Object.keys(clients) as ClientName[]).filter((name) => isWanted(clients[name]));
}
