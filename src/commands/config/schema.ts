import { Type } from 'typebox';
import type { Static } from 'typebox';
import { dialectNames } from '../../flow/dialects/dialect.ts';
import { limitsSchema } from './limits.ts';

/**
 * The configuration (contract 3): types, `schemas/config.schema.json`, environment names, the table
 * of the README and `validate --print` are all read off this one object. A key that is not optional
 * has a default. `secret`: never from a flag or a file, never printed. `otherwise`: where the
 * default depends on something else.
 */
export const configSchema = section({
  kafka: section({
    brokers: list(['localhost:9092'], 'brokers to begin with, `host:port`', hostAndPort()),
    clientId: text('rehearsal', 'name the brokers see in requests and quotas'),
    ssl: section({
      enabled: flag(false, 'TLS to the brokers; the host name is always checked'),
      caFile: Type.Optional(path('certificates to trust instead of the system ones (PEM)')),
      certFile: Type.Optional(path('own certificate for mutual TLS (PEM)')),
      keyFile: Type.Optional(path('key of `kafka.ssl.certFile` (PEM)')),
      serverName: Type.Optional(name('name to check certificates against and to send as SNI')),
    }),
    sasl: section({
      mechanism: Type.Optional(
        Type.Enum(['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'], {
          description: 'how to log in; refused without TLS unless every broker is loopback',
        }),
      ),
      username: Type.Optional(name('user name')),
      password: Type.Optional(secret('password')),
      passwordFile: Type.Optional(path('file that holds the password')),
      tokenFile: Type.Optional(path('file that holds the token of `oauthbearer`')),
    }),
  }),
  input: section({
    topics: list(['flows'], 'topics to read, one or more'),
    groupId: text('rehearsal', 'consumer group'),
    from: choice(
      'earliest',
      ['earliest', 'latest', 'stop'],
      'where to begin when the group has no valid offset; `stop` refuses to begin',
    ),
    format: choice('auto', ['auto', ...dialectNames, 'avro'], 'what the records are'),
    schemaFile: Type.Optional(
      path('schema of records that name none, for `input.format: avro` without `registry.url`'),
    ),
    unwrap: Type.Optional(
      Type.String({
        pattern: '^[^.]+(\\.[^.]+)*$',
        description:
          'dotted path of the member of an envelope that holds the record, as `log`; it goes through lists',
      }),
    ),
  }),
  output: section({
    topic: text('flows-pending', 'topic to write; at least as many partitions as each input topic'),
    format: choice(
      'preserve',
      ['preserve', 'canonical-json', 'canonical-avro'],
      'what the records become; `preserve` leaves every other byte as it was',
    ),
    compression: choice(
      'zstd',
      ['none', 'gzip', 'snappy', 'lz4', 'zstd'],
      'compression of what is written',
    ),
    member: text('evaluation', 'name of the member that is added to each record'),
  }),
  deadLetter: section({
    topic: Type.String({
      default: 'flows-dead-letter',
      description: 'topic for records that cannot be judged; empty: stop at the first one',
    }),
  }),
  delivery: section({
    guarantee: choice(
      'at-least-once',
      ['at-least-once', 'exactly-once'],
      'what a crash may cost: duplicates, or nothing',
    ),
  }),
  registry: section({
    url: Type.Optional(
      Type.String({
        pattern: '^https?://[^@?#\\s]+$',
        description: 'Confluent-compatible schema registry, without credentials',
      }),
    ),
    username: Type.Optional(name('user name')),
    password: Type.Optional(secret('password')),
    passwordFile: Type.Optional(path('file that holds the password')),
    caFile: Type.Optional(path('certificates to trust instead of the system ones (PEM)')),
    onUnreachable: choice(
      'wait',
      ['wait', 'dead-letter'],
      'a registry that does not answer: pause the partition, or dead-letter the record',
    ),
  }),
  policies: section({
    paths: list(['./policies'], 'files and folders of policies and inventory'),
    set: text('default', 'name carried in every output record, header and metric'),
    mode: choice(
      'enforcement',
      ['enforcement', 'calico'],
      'what *pending* means: what happens if the staged policies are enforced, or what Felix writes',
    ),
    icmpFromPort: flag(
      true,
      'read ICMPv4 type and code from the destination port; false for eBPF nodes',
    ),
    onInvalid: choice(
      'refuse',
      ['refuse', 'uncertain', 'drop'],
      'an invalid policy: refuse all, call what it could touch uncertain, or leave it out ' +
        '(`drop` only under `mode: calico`)',
      '`drop` under `policies.mode: calico`',
    ),
  }),
  http: section({
    host: text('127.0.0.1', 'address that metrics and health listen on'),
    port: Type.Integer({
      default: 9464,
      minimum: 0,
      maximum: 65535,
      description: 'port of metrics and health; 0: pick one and log it',
    }),
  }),
  limits: limitsSchema,
  log: section({
    level: choice('info', ['debug', 'info', 'warn', 'error'], 'least important level to write'),
    format: choice('json', ['json', 'text'], 'how a line looks', '`text` on a terminal'),
  }),
});

/** The effective configuration: every key without `?` has a value. */
export type Config = Static<typeof configSchema>;

/** Dotted path of every key. */
export type ConfigKey = LeafPath<Config>;

type LeafPath<T> = {
  [K in keyof T & string]-?: NonNullable<T[K]> extends string | number | boolean | string[]
    ? K
    : `${K}.${LeafPath<NonNullable<T[K]>>}`;
}[keyof T & string];

function section<Members extends Record<string, Type.TSchema>>(members: Members) {
  return Type.Object(members, { additionalProperties: false });
}

function text(value: string, description: string) {
  return Type.String({ default: value, description, minLength: 1 });
}

function name(description: string) {
  return Type.String({ description, minLength: 1 });
}

function path(description: string) {
  return Type.String({ description, minLength: 1 });
}

function secret(description: string) {
  return Type.String({ description, minLength: 1, secret: true });
}

function flag(value: boolean, description: string) {
  return Type.Boolean({ default: value, description });
}

function list(
  values: readonly string[],
  description: string,
  item = Type.String({ minLength: 1 }),
) {
  return Type.Array(item, { default: [...values], description, minItems: 1, uniqueItems: true });
}

function choice<const Values extends string[]>(
  value: Values[number],
  values: readonly [...Values],
  description: string,
  otherwise?: string,
) {
  return Type.Enum(values, {
    default: value,
    description,
    ...(otherwise === undefined ? {} : { otherwise }),
  });
}

/** A name or address (IPv6 in brackets) and a port. */
function hostAndPort() {
  return Type.String({ pattern: '^(\\[[0-9A-Fa-f:.]+\\]|[^:,\\s\\[\\]]+):[0-9]{1,5}$' });
}
