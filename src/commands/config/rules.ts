import { isLoopback } from '../../kafka/loopback.ts';
import type { ConfigProblem, GivenValue } from './layers.ts';
import { brokenRegistry } from './registry-rule.ts';
import type { Config, ConfigKey } from './schema.ts';

/** What is wrong between keys that are each well by themselves. */
export function brokenRules(config: Config, values: readonly GivenValue[]): ConfigProblem[] {
  const sources = new Map(values.map(({ key, source }) => [key, source]));
  return rules.flatMap(({ key, broken }) => {
    const message = broken(config);
    return message === null ? [] : [{ source: sources.get(key) ?? key, message }];
  });
}

/** `key` is where the trouble is shown; `broken` says what it is, `null` if all is well. */
interface Rule {
  readonly key: ConfigKey;
  readonly broken: (config: Config) => string | null;
}

const rules: readonly Rule[] = [
  {
    key: 'output.topic',
    broken: ({ input, output }) =>
      input.topics.includes(output.topic)
        ? `\`output.topic\` \`${output.topic}\` is also read: the stage would feed itself`
        : null,
  },
  {
    key: 'deadLetter.topic',
    broken: ({ input, output, deadLetter }) => {
      if (input.topics.includes(deadLetter.topic)) {
        return `\`deadLetter.topic\` \`${deadLetter.topic}\` is also read: the stage would feed itself`;
      }
      return deadLetter.topic === output.topic
        ? '`deadLetter.topic` must differ from `output.topic`'
        : null;
    },
  },
  {
    key: 'kafka.ssl.enabled',
    broken: ({ kafka: { ssl } }) => {
      const idle = (['caFile', 'certFile', 'keyFile', 'serverName'] as const).find(
        (name) => ssl[name] !== undefined,
      );
      return !ssl.enabled && idle !== undefined
        ? `\`kafka.ssl.${idle}\` is set but \`kafka.ssl.enabled\` is false`
        : null;
    },
  },
  {
    key: 'kafka.ssl.certFile',
    broken: ({ kafka: { ssl } }) =>
      (ssl.certFile === undefined) === (ssl.keyFile === undefined)
        ? null
        : '`kafka.ssl.certFile` and `kafka.ssl.keyFile` need each other',
  },
  {
    key: 'kafka.sasl.mechanism',
    broken: ({ kafka: { brokers, ssl, sasl } }) => {
      if (sasl.mechanism === undefined || ssl.enabled) return null;
      const exposed = brokers.find((broker) => !isLoopback(hostOf(broker)));
      return exposed !== undefined
        ? `\`kafka.sasl\` would send credentials to \`${exposed}\` in plain text; set \`kafka.ssl.enabled\``
        : null;
    },
  },
  { key: 'kafka.sasl.mechanism', broken: ({ kafka: { sasl } }) => incomplete(sasl) },
  {
    key: 'kafka.sasl.passwordFile',
    broken: ({ kafka: { sasl } }) => twice('kafka.sasl', sasl),
  },
  { key: 'registry.passwordFile', broken: ({ registry }) => twice('registry', registry) },
  { key: 'registry.url', broken: brokenRegistry },
  { key: 'input.format', broken: brokenAvro },
  {
    key: 'policies.onInvalid',
    broken: ({ policies }) =>
      policies.onInvalid === 'drop' && policies.mode !== 'calico'
        ? '`policies.onInvalid: drop` is only allowed under `policies.mode: calico`'
        : null,
  },
];

function brokenAvro({ input, registry }: Config): string | null {
  const { format, schemaFile, unwrap } = input;
  if (schemaFile !== undefined) {
    if (format !== 'avro') return '`input.schemaFile` is set but `input.format` is not `avro`';
    return registry.url === undefined
      ? null
      : '`input.schemaFile` and `registry.url` are both set: records either name their schemas or do not';
  }
  if (format !== 'avro') return null;
  if (unwrap !== undefined) return '`input.unwrap` is for envelopes of JSON, which hold no Avro';
  return registry.url === undefined
    ? '`input.format: avro` needs `registry.url`, or `input.schemaFile` for records that name no schema'
    : null;
}

function incomplete(sasl: Config['kafka']['sasl']): string | null {
  const { mechanism, username, password, passwordFile, tokenFile } = sasl;
  if (mechanism === undefined) {
    const isIdle = [username, password, passwordFile, tokenFile].some((part) => part !== undefined);
    return isIdle ? '`kafka.sasl` has credentials but no `kafka.sasl.mechanism`' : null;
  }
  if (mechanism === 'oauthbearer') {
    return tokenFile === undefined ? '`oauthbearer` needs `kafka.sasl.tokenFile`' : null;
  }
  return username === undefined || (password ?? passwordFile) === undefined
    ? `\`${mechanism}\` needs \`kafka.sasl.username\` and \`kafka.sasl.passwordFile\``
    : null;
}

function twice(
  section: string,
  { password, passwordFile }: { readonly password?: string; readonly passwordFile?: string },
): string | null {
  return password !== undefined && passwordFile !== undefined
    ? `\`${section}.password\` and \`${section}.passwordFile\` are both set`
    : null;
}

function hostOf(broker: string): string {
  return broker.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}
