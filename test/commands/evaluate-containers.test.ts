import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import avro from 'avsc';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalSchema } from '../../src/flow/avro/canonical-schema.ts';
import { limits } from '../../src/stage/limits.ts';
import { otherCodecs, readByAvsc, smalls, writtenByAvsc } from '../files/avro/support.ts';
import { rehearsal } from './support.ts';

const canonicalFields = (canonicalSchema as unknown as { fields: { name: string }[] }).fields;
/** A schema of somebody else: with a field of theirs, and without ours. */
const theirs = typeOf([
  { name: 'acme_serial', type: 'long' },
  ...canonicalFields.filter(({ name }) => name !== 'evaluation'),
]);

function typeOf(fields: readonly object[]): avro.Type {
  const schema = { type: 'record', name: 'acme.Flow', fields };
  // avsc takes the namespace of types inside from the name only where it is apart.
  const named = { ...schema, name: 'Flow', namespace: 'acme' };
  return avro.Type.forSchema(named as unknown as avro.Schema);
}

interface Judged {
  readonly acme_serial: number;
  readonly node: string;
  readonly evaluation: { readonly change: string; readonly evaluated_at: number };
}

/** A flow to the database that the staging guide's policies let pass from the frontend only. */
function flow(acme_serial: number, role: string, others: object = {}): object {
  return {
    acme_serial,
    start_time: 1_787_000_000_000,
    reporter: 'Dst',
    action: 'Allow',
    protocol: 'tcp',
    source_type: 'WorkloadEndpoint',
    source_namespace: 'default',
    source_name: 'cart-6b687c8dcb-*',
    source_labels: { role },
    dest_type: 'WorkloadEndpoint',
    dest_namespace: 'default',
    dest_name: 'database-6b687c8dcb-*',
    dest_labels: { role: 'database' },
    dest_port: 6379,
    policies: {
      enforced: [{ kind: 'Profile', name: 'kns.default', action: 'Allow' }],
      pending: [],
      pending_upstream: null,
    },
    ...others,
  };
}

const three = [flow(1, 'frontend'), flow(2, 'backend'), flow(3, 'backend')];
const changes = ['Unchanged', 'NewlyDenied', 'NewlyDenied'];
const policies = [
  'evaluate',
  '--now',
  '2026-01-02T03:04:05Z',
  '--policies',
  'examples/staging-guide/policies/staged-network-policy.yaml',
];

let folder = '';
let plain = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rehearsal-containers-'));
  plain = await fileOf('three.avro', await written(three));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(name: string, bytes: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

function written(
  records: readonly object[],
  { codec = 'deflate', of = theirs, blockBytes = 1000 } = {},
): Promise<Buffer> {
  return writtenByAvsc(records, { codec, of, blockBytes });
}

async function changesIn(container: Buffer): Promise<string[]> {
  return (await readByAvsc<Judged>(container)).map(({ evaluation }) => evaluation.change);
}

describe('an Avro container becomes one with the same codec', () => {
  test.each(Object.keys(otherCodecs))('%s', async (codec) => {
    const file = await fileOf(`${codec}.avro`, await written(three, { codec }));
    const { exitCode, stdoutBytes, stderr } = await rehearsal([...policies, file]);
    expect([exitCode, stderr]).toEqual([
      0,
      'rehearsal: 2 newly denied, 0 newly allowed, 0 uncertain, 1 unchanged, 0 not evaluated\n',
    ]);
    const judged = await readByAvsc<Judged>(stdoutBytes);
    expect(judged.map(({ acme_serial }) => acme_serial)).toEqual([1, 2, 3]);
    expect(judged.map(({ evaluation }) => evaluation.change)).toEqual(changes);
    expect(judged[0]?.evaluation.evaluated_at).toBe(Date.parse('2026-01-02T03:04:05Z'));
    expect(stdoutBytes.subarray(0, 20_000).includes(`avro.codec`)).toBe(true);
    expect(stdoutBytes.includes(codec)).toBe(true);
  });

  test('from a pipe, packed once more, and the same bytes each time', async () => {
    const stdin = gzipSync(await readFile(plain));
    const { stdoutBytes } = await rehearsal(policies, { stdin });
    expect(stdoutBytes).toEqual((await rehearsal([...policies, plain])).stdoutBytes);
    expect(await changesIn(stdoutBytes)).toEqual(changes);
  });

  test('judged once more it stays as it is', async () => {
    const once = await rehearsal([...policies, plain]);
    const again = await rehearsal(policies, { stdin: once.stdoutBytes });
    expect(again).toEqual(once);
  });

  test('of several files with one schema', async () => {
    const { stdoutBytes } = await rehearsal([...policies, plain, plain]);
    expect(await changesIn(stdoutBytes)).toEqual([...changes, ...changes]);
  });

  test('without the records for which nothing would change, if there are any', async () => {
    const some = await rehearsal([...policies, '--only-changed', plain]);
    expect(await changesIn(some.stdoutBytes)).toEqual(['NewlyDenied', 'NewlyDenied']);
    const file = await fileOf('one.avro', await written(three.slice(0, 1)));
    const none = await rehearsal([...policies, '--only-changed', file]);
    expect(await changesIn(none.stdoutBytes)).toEqual([]);
  });

  test('of more records than are looked at together', async () => {
    const many = Array.from({ length: 2500 }, (_, serial) => flow(serial, 'backend'));
    const stdin = await written(many, { blockBytes: 1 << 20 });
    const { stdoutBytes } = await rehearsal(policies, { stdin });
    const judged = await readByAvsc<Judged>(stdoutBytes);
    expect(judged.map(({ acme_serial }) => acme_serial)).toEqual(many.map((_, serial) => serial));
  });
});

describe('--output-format', () => {
  test('canonical-json makes lines of a container, with the same answers', async () => {
    const args = [...policies, '--output-format', 'canonical-json', plain];
    const { stdout } = await rehearsal(args);
    const records = stdout.trim().split('\n').map(asJson);
    expect(records.map(({ evaluation }) => evaluation.change)).toEqual(changes);
    expect(records).toMatchObject([1, 2, 3].map((acme_serial) => ({ extra: { acme_serial } })));
  });

  test('canonical-avro makes a container of lines, and of other containers', async () => {
    const toJson = ['--output-format', 'canonical-json'];
    const toAvro = ['--output-format', 'canonical-avro'];
    const lines = (await rehearsal([...policies, ...toJson, plain])).stdout;
    // An empty list is no record, and passes nowhere else but among lines.
    const ofLines = await rehearsal([...policies, ...toAvro], { stdin: `${lines}[]\n` });
    expect(await changesIn(ofLines.stdoutBytes)).toEqual(changes);
    const mixed = [...policies, ...toAvro, plain, '-'];
    const ofBoth = await rehearsal(mixed, { stdin: lines });
    expect(await changesIn(ofBoth.stdoutBytes)).toEqual([...changes, ...changes]);
    const back = await rehearsal([...policies, ...toJson], { stdin: ofLines.stdoutBytes });
    expect(back.stdout.trim().split('\n').map(asJson)).toEqual(
      lines.trim().split('\n').map(asJson),
    );
  });
});

function asJson(line: string): Judged {
  return JSON.parse(line) as Judged;
}

describe('what cannot stand in one output is exit 2, and what came before stays good', () => {
  const line = '{"protocol":"tcp","reporter":"Dst","policies":{"enforced":[]}}\n';

  test('a container with another schema', async () => {
    const of = typeOf(canonicalFields);
    const other = await fileOf('other.avro', await written(three, { of }));
    const { exitCode, stdoutBytes, stderr } = await rehearsal([...policies, plain, other]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/`.*other\.avro` cannot follow .*`.*three\.avro`.*canonical-json/);
    expect(await changesIn(stdoutBytes)).toEqual(changes);
    const args = [...policies, '--output-format', 'canonical-json', plain, other];
    expect((await rehearsal(args)).stdout.trim().split('\n')).toHaveLength(6);
  });

  test('lines behind a container', async () => {
    const { exitCode, stdoutBytes } = await rehearsal([...policies, plain, '-'], { stdin: line });
    expect(exitCode).toBe(2);
    expect(await changesIn(stdoutBytes)).toEqual(changes);
  });

  test('a container behind lines', async () => {
    const { exitCode, stdout } = await rehearsal([...policies, '-', plain], { stdin: line });
    expect(exitCode).toBe(2);
    expect(asJson(stdout)).toMatchObject({ protocol: 'tcp' });
  });
});

describe('records that cannot be read', () => {
  test('are told by their number, and the others of their block are judged', async () => {
    const long = flow(2, 'backend', { node: 'n'.repeat(limits.textBytes + 1) });
    const all = [flow(1, 'backend'), long, flow(3, 'backend')];
    const file = await fileOf('long.avro', await written(all, { blockBytes: 1 << 20 }));
    const dead = join(folder, 'dead.ndjson');
    const args = [...policies, '--strict', '--dead-letter', dead, file];
    const { exitCode, stdoutBytes, stderr } = await rehearsal(args);
    expect(exitCode).toBe(65);
    expect(await changesIn(stdoutBytes)).toEqual(['NewlyDenied', 'NewlyDenied']);
    expect(stderr).toMatch(
      /1 record unreadable, too_large: .*`limits\.textBytes` \(first: .*long\.avro:2\)/,
    );
    const kept = JSON.parse(await readFile(dead, 'utf8')) as {
      value_base64?: string;
      value?: string;
    };
    const bytes = Buffer.from(kept.value ?? '', 'utf8');
    expect(bytes.length === 0 ? Buffer.from(kept.value_base64 ?? '', 'base64') : bytes).toEqual(
      theirs.toBuffer(long),
    );
  });

  test('in a damaged block do not keep those of the others', async () => {
    const bytes = await written(three, { codec: 'snappy', blockBytes: 1 });
    const blocks = bytes.toString('latin1').split('0123456789abcdef');
    // The second of the blocks: its checksum fails.
    blocks[2] = (blocks[2] ?? '').replace(/.$/s, (last) =>
      String.fromCharCode(last.charCodeAt(0) ^ 1),
    );
    const damaged = Buffer.from(blocks.join('0123456789abcdef'), 'latin1');
    const file = await fileOf('damaged.avro', damaged);
    const { exitCode, stdoutBytes, stderr } = await rehearsal([...policies, '--strict', file]);
    expect(exitCode).toBe(65);
    expect(await changesIn(stdoutBytes)).toEqual(['Unchanged', 'NewlyDenied']);
    expect(stderr).toMatch(
      /1 record unreadable, decompression_failed: the block at byte \d+ .*checksum/,
    );
  });
});

describe('a container that cannot be read is exit 65, by name', () => {
  test.each<[string, () => Promise<Buffer> | Buffer, readonly string[], RegExp]>([
    ['with a broken header', () => Buffer.from('Obj\u0001...'), [], /its header is damaged/],
    [
      'of something else',
      () => writtenByAvsc(smalls(3), { codec: 'null' }),
      [],
      /not of flow records/,
    ],
    [
      'where another format is configured',
      () => written(three),
      ['--input-format', 'whisker'],
      /`input\.format` is `whisker`/,
    ],
  ])('%s', async (_, bytes, args, told) => {
    const file = await fileOf('odd.avro', await bytes());
    const { exitCode, stdoutBytes, stderr } = await rehearsal([...policies, ...args, file]);
    expect([exitCode, stdoutBytes.length]).toEqual([65, 0]);
    expect(stderr).toMatch(/`.*odd\.avro` is an Avro container: /);
    expect(stderr).toMatch(told);
  });
});

test('the schema of the container counts, not the one configured for records that name none', async () => {
  const schemaFile = await fileOf('flow.avsc', JSON.stringify(canonicalSchema));
  const set = ['--input-format', 'avro', '--set', `input.schemaFile=${schemaFile}`];
  const { stdoutBytes } = await rehearsal([...policies, ...set, plain]);
  expect(await changesIn(stdoutBytes)).toEqual(changes);
});
