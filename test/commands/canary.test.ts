// Secrets wherever one can be put, rightly or by mistake, and all that every command writes looked through.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands, type CommandName } from '../../src/commands/commands.ts';
import { startStage } from '../support/broker/stage-process.ts';
import { goldmaneRecord, workload } from '../support/flow-record.ts';
import { rehearsal, type World } from './support.ts';

const canary = 'canary-3f9c';
const user = 'stage-user';
/** As it stands in the header of a request, and in what SASL says. */
const disguises = [
  Buffer.from(`${user}:${canary}`).toString('base64'),
  Buffer.from(`\0${user}\0${canary}`).toString('base64'),
  Buffer.from(canary).toString('base64').replace(/=+$/, '').slice(0, -1),
  encodeURIComponent(`${canary}!`).slice(0, -3),
];

function secretsIn(text: string): string[] {
  return [canary, ...disguises].filter((word) => text.includes(word));
}

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-canary-'));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
afterAll(() => rmSync(folder, { recursive: true }));

const policies = 'examples/staging-guide/policies';
const secretFile = file('secret', `${canary}\n`);
const records = file(
  'flows.ndjson',
  `${goldmaneRecord({
    reporter: 'Dst',
    source: workload('role=backend'),
    dest: { ...workload('role=database'), port: 6379 },
  })}\n{"not":"a flow"}\n`,
);

/** Configurations that are whole, so that what a command does is done. */
const whole: readonly (readonly [name: string, environment: Readonly<Record<string, string>>])[] = [
  [
    'passwords in the environment',
    {
      REHEARSAL_KAFKA_SASL_MECHANISM: 'plain',
      REHEARSAL_KAFKA_SASL_USERNAME: user,
      REHEARSAL_KAFKA_SASL_PASSWORD: canary,
      REHEARSAL_REGISTRY_URL: 'http://127.0.0.1:1',
      REHEARSAL_REGISTRY_USERNAME: user,
      REHEARSAL_REGISTRY_PASSWORD: canary,
    },
  ],
  [
    'passwords in files',
    {
      REHEARSAL_KAFKA_SASL_MECHANISM: 'scram-sha-512',
      REHEARSAL_KAFKA_SASL_USERNAME: user,
      REHEARSAL_KAFKA_SASL_PASSWORD_FILE: secretFile,
      REHEARSAL_REGISTRY_URL: 'http://127.0.0.1:1',
      REHEARSAL_REGISTRY_USERNAME: user,
      REHEARSAL_REGISTRY_PASSWORD_FILE: secretFile,
    },
  ],
  [
    'a token in a file',
    { REHEARSAL_KAFKA_SASL_MECHANISM: 'oauthbearer', REHEARSAL_KAFKA_SASL_TOKEN_FILE: secretFile },
  ],
];

/** Mistakes that somebody makes with a secret in hand. */
const mistaken: readonly (readonly [
  name: string,
  environment: Readonly<Record<string, string>>,
])[] = [
  ['a name that is misspelt', { REHEARSAL_KAFKA_SASL_PASSWROD: canary }],
  ['an address with credentials', { REHEARSAL_REGISTRY_URL: `https://${user}:${canary}@registry` }],
  ['an address with a token', { REHEARSAL_REGISTRY_URL: `https://registry/?token=${canary}` }],
  ['a broker with credentials', { REHEARSAL_KAFKA_BROKERS: `${user}:${canary}@kafka:9092` }],
  ['a password and nothing else', { REHEARSAL_KAFKA_SASL_PASSWORD: canary }],
  [
    'a password both ways',
    {
      REHEARSAL_KAFKA_SASL_MECHANISM: 'plain',
      REHEARSAL_KAFKA_SASL_USERNAME: user,
      REHEARSAL_KAFKA_SASL_PASSWORD: canary,
      REHEARSAL_KAFKA_SASL_PASSWORD_FILE: secretFile,
    },
  ],
  [
    'credentials that would go over the net in plain text',
    {
      REHEARSAL_KAFKA_BROKERS: 'kafka.example:9092',
      REHEARSAL_KAFKA_SASL_MECHANISM: 'plain',
      REHEARSAL_KAFKA_SASL_USERNAME: user,
      REHEARSAL_KAFKA_SASL_PASSWORD: canary,
    },
  ],
];

/** One way to call each command, without what all share. */
const calls: Readonly<Record<Exclude<CommandName, 'run'>, readonly string[]>> = {
  evaluate: ['--policies', policies, records],
  preview: ['--policies', policies, records],
  validate: [policies],
  explain: ['--policies', policies, `${records}:1`],
  promote: ['--policies', policies, '--all', '--force'],
  stage: [join(policies, '..', 'policies')],
  version: [],
};

async function allOutput(args: readonly string[], world: World): Promise<string> {
  const { stdout, stderr } = await rehearsal(args, world);
  return stdout + stderr;
}

test('every command is called', () => {
  expect(Object.keys(calls).toSorted()).toEqual(
    Object.keys(commands)
      .filter((name) => name !== 'run')
      .toSorted(),
  );
});

describe.each(whole)('%s', (_, environment) => {
  test.each(Object.entries(calls))('%s says nothing of it', async (name, args) => {
    expect(secretsIn(await allOutput([name, ...args], { environment }))).toEqual([]);
  });

  test.each(['text', 'json'])('nor does `validate --print` as %s', async (format) => {
    const printed = await allOutput(['validate', policies, '--print', '--format', format], {
      environment,
    });
    expect(printed).toContain('sasl');
    expect(secretsIn(printed)).toEqual([]);
  });
});

describe.each(mistaken)('%s', (_, environment) => {
  test.each(['evaluate', 'run', 'validate'] as const)('%s refuses it in silence', async (name) => {
    const { exitCode, stdout, stderr } = await rehearsal(
      [
        name,
        ...(name === 'run' ? ['--policies', policies] : calls[name]),
        ...(name === 'validate' ? ['--print'] : []),
      ],
      { environment },
    );
    expect(exitCode).not.toBe(0);
    expect(secretsIn(stdout + stderr)).toEqual([]);
  });
});

describe('in the wrong place', () => {
  test.each([
    ['a flag', ['--set', `kafka.sasl.password=${canary}`], ''],
    ['a flag that is misspelt', ['--set', `kafka.sasl.passwrod=${canary}`], ''],
    ['an option that there is not', [`--password=${canary}`], ''],
    ['a configuration file', [], `kafka: {sasl: {password: ${canary}}}\n`],
    ['a key that is misspelt', [], `kafka: {sasl: {passwrod: ${canary}}}\n`],
    ['a key that is above its place', [], `kafka: {sasl: ${canary}}\n`],
    ['a file that is cut short', [], `kafka:\n  sasl:\n    password: "${canary}\n`],
    ['a file that is not YAML', [], `kafka:\n  sasl: {password: ${canary}, ]\n`],
    ['an address in a file', [], `registry: {url: "https://${user}:${canary}@registry"}\n`],
  ])('%s: refused in silence', async (name, args, text) => {
    const config = text === '' ? [] : ['--config', file(`${name}.yaml`, text)];
    for (const command of ['evaluate', 'validate'] as const) {
      const { exitCode, stdout, stderr } = await rehearsal([
        command,
        ...calls[command],
        ...config,
        ...args,
      ]);
      expect(exitCode).not.toBe(0);
      expect(secretsIn(stdout + stderr)).toEqual([]);
    }
  });
});

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

describe('a stage', () => {
  /** Says back whatever it is told. */
  let parrot: Server;
  let registry: Server;
  beforeAll(async () => {
    parrot = createServer((socket) => {
      socket.on('error', () => {}).on('data', (bytes) => socket.end(bytes));
    });
    registry = createHttpServer((request, response) => {
      const message = `no: ${JSON.stringify(request.headers)} ${user}:${canary}`;
      // Late enough for somebody to look at the stage meanwhile.
      setTimeout(() => {
        response.writeHead(401, { 'content-type': 'application/json', 'x-no': canary });
        response.end(JSON.stringify({ error_code: 40101, message }));
      }, 1000);
    });
    for (const server of [parrot, registry]) {
      await once(server.listen(0, '127.0.0.1'), 'listening');
    }
  });
  afterAll(() => {
    parrot.close();
    registry.close();
  });

  test.each([
    ['refused by its registry', () => ({ url: `http://127.0.0.1:${portOf(registry)}` })],
    ['without a broker', () => ({ url: '' })],
    ['with a bug that ends it', () => ({ url: '', crash: true })],
  ])('%s says nothing of them in logs, metrics and health', async (_, given) => {
    const { url, crash } = { crash: false, ...given() };
    const settings = {
      LOG_LEVEL: 'debug',
      KAFKA_SASL_MECHANISM: 'plain',
      KAFKA_SASL_USERNAME: user,
      KAFKA_SASL_PASSWORD: canary,
      ...(url !== '' && {
        REGISTRY_URL: url,
        REGISTRY_USERNAME: user,
        REGISTRY_PASSWORD_FILE: secretFile,
      }),
    };
    const crashing = file('crash.mjs', "process.on('SIGUSR2', () => { null.x; });");
    const stage = await startStage({
      bootstrap: `127.0.0.1:${portOf(parrot)}`,
      policies,
      settings,
      args: ['--startup-timeout', '3s'],
      nodeArgs: crash ? ['--import', crashing] : [],
    });
    try {
      await expect.poll(() => stage.output, { timeout: 30_000 }).toContain('are served');
      let pages = '';
      for (const path of ['metrics', 'livez', 'readyz', 'startupz']) {
        pages += await (await fetch(`${stage.url}/${path}`)).text();
      }
      if (crash) stage.signal('SIGUSR2');
      const { code } = await stage.exited;
      expect(code).toBe(crash ? 1 : url === '' ? 69 : 77);
      expect(stage.output).toMatch(crash ? /TypeError/ : /rehearsal: /);
      expect(secretsIn(stage.output + pages)).toEqual([]);
      expect(pages).toContain('rehearsal_build_info');
    } finally {
      await stage.kill();
    }
  });
});
