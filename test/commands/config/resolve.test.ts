import { describe, expect, test } from 'vitest';
import { environmentLayer, fileLayer, flagLayer } from '../../../src/commands/config/layers.ts';
import type { FlagValue } from '../../../src/commands/config/layers.ts';
import { resolveConfig } from '../../../src/commands/config/resolve.ts';
import type { Config } from '../../../src/commands/config/schema.ts';

interface Given {
  readonly file?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly flags?: readonly FlagValue[];
  readonly isTerminal?: boolean;
}

function resolve({ file, environment = {}, flags = [], isTerminal = false }: Given) {
  const layers = [
    flagLayer(flags),
    environmentLayer(environment),
    ...(file === undefined ? [] : [fileLayer(file, 'r.yaml')]),
  ];
  return resolveConfig(layers, isTerminal);
}

function configOf(given: Given): Config {
  const resolved = resolve(given);
  if (resolved.status !== 'valid') throw new Error(JSON.stringify(resolved.problems));
  return resolved.config;
}

/** A line each. */
function problemsOf(given: Given): string[] {
  const resolved = resolve(given);
  if (resolved.status === 'valid') return [];
  return resolved.problems.map(({ source, message }) => `${source}: ${message}`);
}

describe('precedence', () => {
  const file = 'input:\n  groupId: from-file\n';
  const environment = { REHEARSAL_INPUT_GROUP_ID: 'from-environment' };
  const flags = [{ key: 'input.groupId', text: 'from-flag', flag: '--set' }];

  test.each<[string, Given, string]>([
    ['nothing given: the default', {}, 'rehearsal'],
    ['the file beats the default', { file }, 'from-file'],
    ['the environment beats the file', { file, environment }, 'from-environment'],
    ['a flag beats them all', { file, environment, flags }, 'from-flag'],
  ])('%s', (_name, given, groupId) => {
    expect(configOf(given).input.groupId).toBe(groupId);
  });

  test('every value knows where it came from', () => {
    const resolved = resolve({ file, environment: { REHEARSAL_HTTP_PORT: '0' } });
    const sources = resolved.status === 'valid' ? resolved.values : [];
    const of = (key: string) => sources.find((value) => value.key === key)?.source;
    expect([of('input.groupId'), of('http.port'), of('http.host')]).toEqual([
      'r.yaml:2:3',
      'REHEARSAL_HTTP_PORT',
      'default',
    ]);
  });
});

describe('values', () => {
  test('a list of the environment is comma-separated', () => {
    const environment = { REHEARSAL_KAFKA_BROKERS: 'a:9092, [::1]:9093,' };
    expect(configOf({ environment }).kafka.brokers).toEqual(['a:9092', '[::1]:9093']);
  });

  test('a list of flags adds up, item by item', () => {
    const flag = { key: 'policies.paths', flag: '--policies', isItem: true };
    const flags = ['a', 'b,c'].map((text) => ({ ...flag, text }));
    expect(configOf({ flags }).policies.paths).toEqual(['a', 'b,c']);
  });

  test('a list in one flag is comma-separated', () => {
    const flags = [{ key: 'input.topics', text: 'a,b', flag: '--set' }];
    expect(configOf({ flags }).input.topics).toEqual(['a', 'b']);
  });

  test('JSON is read as YAML is', () => {
    expect(configOf({ file: '{"http":{"port":1}}' }).http.port).toBe(1);
  });

  test('a section without keys is as good as none', () => {
    expect(configOf({ file: 'http:\n' }).http.port).toBe(9464);
  });

  test('invalid policies are dropped by default in calico mode only', () => {
    expect(configOf({}).policies.onInvalid).toBe('refuse');
    expect(configOf({ file: 'policies: {mode: calico}' }).policies.onInvalid).toBe('drop');
  });

  test('the log is text on a terminal unless told otherwise', () => {
    expect(configOf({}).log.format).toBe('json');
    expect(configOf({ isTerminal: true }).log.format).toBe('text');
    expect(configOf({ isTerminal: true, file: 'log: {format: json}' }).log.format).toBe('json');
  });

  test('a secret comes from the environment', () => {
    const environment = {
      REHEARSAL_KAFKA_SASL_MECHANISM: 'plain',
      REHEARSAL_KAFKA_SASL_USERNAME: 'u',
      REHEARSAL_KAFKA_SASL_PASSWORD: 'p',
    };
    expect(configOf({ environment }).kafka.sasl.password).toBe('p');
  });
});

describe('mistakes', () => {
  const secret = 'kafka: {sasl: {password: x}}';
  test.each<[string, Given, string]>([
    [
      'an unknown key',
      { file: 'input:\n  topic: x\n' },
      'r.yaml:2:3: unknown key `input.topic`, did you mean `input.topics`?',
    ],
    [
      'a misspelt value',
      { file: 'input:\n  from: earlest\n' },
      'r.yaml:2:3: `input.from` must be one of `earliest`, `latest`, `stop`, not `"earlest"`, did you mean `earliest`?',
    ],
    [
      'an unknown variable',
      { environment: { REHEARSAL_INPUT_GROUPID: 'x' } },
      'REHEARSAL_INPUT_GROUPID: no key has this name, did you mean `REHEARSAL_INPUT_GROUP_ID`?',
    ],
    [
      'a number that is none',
      { environment: { REHEARSAL_HTTP_PORT: '9464x' } },
      'REHEARSAL_HTTP_PORT: `http.port` must be a whole number from 0 to 65535, not `"9464x"`',
    ],
    [
      'a number out of range',
      { environment: { REHEARSAL_HTTP_PORT: '65536' } },
      'REHEARSAL_HTTP_PORT: `http.port` must be a whole number from 0 to 65535, not `65536`',
    ],
    [
      'a limit of nothing',
      { file: 'limits: {recordBytes: 0}' },
      'r.yaml:1:10: `limits.recordBytes` must be a whole number from 1, not `0`',
    ],
    [
      'a text where a list belongs',
      { file: 'input: {topics: flows}' },
      'r.yaml:1:9: `input.topics` must be a list of texts without repeats, not `"flows"`',
    ],
    [
      'an empty list',
      { environment: { REHEARSAL_KAFKA_BROKERS: ',' } },
      'REHEARSAL_KAFKA_BROKERS: `kafka.brokers` must be a list of `host:port`, not `[]`',
    ],
    [
      'a broker without a port',
      { environment: { REHEARSAL_KAFKA_BROKERS: 'kafka' } },
      'REHEARSAL_KAFKA_BROKERS: `kafka.brokers` must be a list of `host:port`, not `["kafka"]`',
    ],
    [
      'a value for a section',
      { file: 'http: 9464' },
      'r.yaml:1:1: `http` must hold the keys below it',
    ],
    ['a list for the whole', { file: '- a' }, 'r.yaml:1:1: a configuration is a mapping'],
    ['two documents', { file: 'http: {}\n---\nlog: {}\n' }, 'r.yaml:3:1: one document is enough'],
    [
      'a secret in the file',
      { file: secret },
      'r.yaml:1:16: `kafka.sasl.password` is a secret: give it by `kafka.sasl.passwordFile` or by `REHEARSAL_KAFKA_SASL_PASSWORD`',
    ],
    [
      'a secret by a flag',
      { flags: [{ key: 'registry.password', text: 'x', flag: '--set' }] },
      '--set: `registry.password` is a secret: give it by `registry.passwordFile` or by `REHEARSAL_REGISTRY_PASSWORD`',
    ],
    [
      'a registry address with credentials, which are not repeated',
      { file: 'registry: {url: "https://u:hunter2@r"}' },
      'r.yaml:1:12: `registry.url` must be an http or https address without credentials and query, not what was given',
    ],
  ])('%s is told with where it was given', (_name, given, problem) => {
    expect(problemsOf(given)).toEqual([problem]);
  });

  test('all are told at once', () => {
    const file = 'a: 1\nhttp: {port: x}\n';
    expect(problemsOf({ file, environment: { REHEARSAL_B: '1' } })).toHaveLength(3);
  });

  test('YAML that cannot be read is told with its place', () => {
    expect(problemsOf({ file: 'http:\n  port: [1\n' })[0]).toMatch(/^r\.yaml:\d+:\d+: /);
  });
});

describe('variables that Kubernetes sets beside a Service called rehearsal', () => {
  test.each([
    ['REHEARSAL_SERVICE_HOST', '10.0.0.1'],
    ['REHEARSAL_SERVICE_PORT', '9464'],
    ['REHEARSAL_SERVICE_PORT_METRICS', '9464'],
    ['REHEARSAL_PORT', 'tcp://10.0.0.1:9464'],
    ['REHEARSAL_PORT_9464_TCP', 'tcp://10.0.0.1:9464'],
    ['REHEARSAL_PORT_9464_TCP_ADDR', '10.0.0.1'],
    ['REHEARSAL_METRICS_SERVICE_HOST', '10.0.0.1'],
    // That of a Service called rehearsal-http bears the name of a key.
    ['REHEARSAL_HTTP_PORT', 'tcp://10.0.0.1:9464'],
  ])('%s is none of ours', (name, value) => {
    expect(configOf({ environment: { [name]: value } }).http.port).toBe(9464);
  });
});

describe('rules between keys', () => {
  const plain = 'sasl: {mechanism: plain, username: u, passwordFile: p}';
  const user = 'username: u, passwordFile: p';

  test.each<[string, string, string]>([
    ['output among the inputs', 'input: {topics: [a]}\noutput: {topic: a}', 'feed itself'],
    [
      'dead letters among the inputs',
      'input: {topics: [a]}\ndeadLetter: {topic: a}',
      'feed itself',
    ],
    ['dead letters in the output', 'output: {topic: a}\ndeadLetter: {topic: a}', 'must differ'],
    ['credentials in the clear', `kafka: {brokers: ['kafka:9092'], ${plain}}`, 'plain text'],
    [
      'credentials without a mechanism',
      'kafka: {sasl: {username: u}}',
      'no `kafka.sasl.mechanism`',
    ],
    [
      'a mechanism without credentials',
      'kafka: {sasl: {mechanism: plain}}',
      'needs `kafka.sasl.username`',
    ],
    ['a token login without a token', 'kafka: {sasl: {mechanism: oauthbearer}}', 'tokenFile'],
    ['TLS settings without TLS', 'kafka: {ssl: {caFile: a}}', '`kafka.ssl.enabled` is false'],
    [
      'a certificate without its key',
      'kafka: {ssl: {enabled: true, certFile: a}}',
      'need each other',
    ],
    ['drop under enforcement', 'policies: {onInvalid: drop}', 'only allowed'],
    ['a registry without an address', 'registry: {caFile: a}', 'no `registry.url`'],
    ['a registry at no address', "registry: {url: 'http://[r'}", 'is no address'],
    [
      'a user of the registry without a password',
      "registry: {url: 'https://r', username: u}",
      'need each other',
    ],
    [
      'a password of nobody for the registry',
      "registry: {url: 'https://r', passwordFile: p}",
      'need each other',
    ],
    [
      'credentials to the registry in the clear',
      `registry: {url: 'http://r:8081', ${user}}`,
      '`registry` would send credentials to `r` in plain text',
    ],
    [
      'a CA for a registry without TLS',
      "registry: {url: 'http://r', caFile: a}",
      '`registry.url` is not https',
    ],
  ])('%s is refused', (_name, file, problem) => {
    expect(problemsOf({ file })).toEqual([expect.stringContaining(problem)]);
  });

  test.each<[string, string]>([
    ['no dead-letter topic', "deadLetter: {topic: ''}"],
    ['credentials to this machine', `kafka: {brokers: ['[::1]:9092', '127.0.0.9:1'], ${plain}}`],
    ['credentials by TLS', `kafka: {brokers: ['kafka:9092'], ssl: {enabled: true}, ${plain}}`],
    ['uncertain under enforcement', 'policies: {onInvalid: uncertain}'],
    ['a registry without credentials', "registry: {url: 'http://r:8081/apis/ccompat/v7'}"],
    ['credentials to a registry of this machine', `registry: {url: 'http://[::1]:1', ${user}}`],
    ['credentials to a registry by TLS', `registry: {url: 'https://r', caFile: a, ${user}}`],
  ])('%s is fine', (_name, file) => {
    expect(problemsOf({ file })).toEqual([]);
  });
});
