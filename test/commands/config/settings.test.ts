import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { configJsonSchema, configTable } from '../../../src/commands/config/json-schema.ts';
import { fits } from '../../../src/commands/config/fits.ts';
import { formatValues } from '../../../src/commands/config/print.ts';
import { environmentNameOf } from '../../../src/commands/config/make-setting-rows.ts';
import { settings } from '../../../src/commands/config/settings.ts';

test.each([
  ['input.groupId', 'REHEARSAL_INPUT_GROUP_ID'],
  ['kafka.ssl.caFile', 'REHEARSAL_KAFKA_SSL_CA_FILE'],
  ['deadLetter.topic', 'REHEARSAL_DEAD_LETTER_TOPIC'],
  ['http.port', 'REHEARSAL_HTTP_PORT'],
])('%s is %s in the environment', (key, name) => {
  expect(environmentNameOf(key)).toBe(name);
});

test('no two keys share a name in the environment', () => {
  const names = settings.map(({ environmentName }) => environmentName);
  expect(new Set(names).size).toBe(names.length);
});

test('every key says what it means', () => {
  expect(settings.filter(({ meaning }) => meaning === '').map(({ key }) => key)).toEqual([]);
});

test('every secret has a file that may hold it', () => {
  const keys = new Set(settings.map(({ key }) => key));
  const secrets = settings.filter(({ isSecret }) => isSecret);
  expect(secrets.map(({ key }) => key)).toEqual(['kafka.sasl.password', 'registry.password']);
  expect(secrets.every(({ key }) => keys.has(`${key}File`))).toBe(true);
});

test('the table of documents has a row for every key', () => {
  for (const { key, environmentName } of settings) {
    expect(configTable()).toContain(`| \`${key}\` | \`${environmentName}\` |`);
  }
});

test('printing masks secrets and says what is not set', () => {
  const given = [{ key: 'kafka.sasl.password', value: 'hunter2', source: 'X' }];
  const text = formatValues(given);
  expect(text).not.toContain('hunter2');
  expect(text).toMatch(/^kafka\.sasl\.password: "\*+" +# X$/m);
  expect(text).toMatch(/^registry\.password: +# not set$/m);
});

describe('a value fits its setting where a validator of JSON Schema says so', () => {
  const ajv = new Ajv({ strict: true });
  const texts = [
    '',
    'a',
    '1',
    'true',
    'preserve',
    'json',
    'a.b',
    'a..b',
    'kafka:9092',
    '[::1]:9092',
    'http://a b',
    'https://r',
  ];
  const scalars: unknown[] = [
    ...texts,
    true,
    false,
    0,
    1,
    -1,
    1.5,
    65_535,
    65_536,
    2 ** 53,
    null,
    {},
  ];
  const values = [
    ...scalars,
    [],
    ...scalars.map((one) => [one]),
    texts,
    ['a:1', 'a:1'],
    ['a:1', 'b:2'],
  ];

  test.each(settings)('$key', ({ schema, fallback }) => {
    const validate = ajv.compile(schema);
    for (const value of [...values, fallback, ...(schema.enum ?? [])]) {
      expect([value, fits(schema, value)]).toEqual([value, validate(value)]);
    }
    expect(fallback === undefined || fits(schema, fallback)).toBe(true);
  });
});

describe('schemas/config.schema.json', () => {
  const url = new URL('../../../schemas/config.schema.json', import.meta.url);

  test('is what the code generates', () => {
    expect(readFileSync(url, 'utf8')).toBe(configJsonSchema());
  });

  const validate = new Ajv({ strict: true }).compile(JSON.parse(configJsonSchema()) as object);
  test.each<[string, unknown, boolean]>([
    ['an empty configuration', {}, true],
    ['a part of one', { input: { topics: ['a'] }, log: { level: 'debug' } }, true],
    ['an unknown key', { inputs: {} }, false],
    ['a value out of its list', { log: { level: 'loud' } }, false],
    ['a secret', { kafka: { sasl: { password: 'x' } } }, false],
  ])('%s', (_name, value, isValid) => {
    expect(validate(value)).toBe(isValid);
  });
});
