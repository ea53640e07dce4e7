import type { KafkaSettings, SaslSettings } from '../../kafka/settings.ts';
import { CodedError } from '../../std/coded-error.ts';
import { readSecret } from '../config/read-config.ts';
import type { Config } from '../config/schema.ts';

/**
 * How to reach the brokers, as the configuration has it.
 * @throws CodedError when a secret cannot be read
 */
export async function kafkaSettingsOf({ kafka, limits }: Config): Promise<KafkaSettings> {
  const { brokers, clientId, ssl } = kafka;
  return {
    brokers,
    clientId,
    ssl: ssl.enabled
      ? {
          caFile: ssl.caFile ?? null,
          certFile: ssl.certFile ?? null,
          keyFile: ssl.keyFile ?? null,
          serverName: ssl.serverName ?? null,
        }
      : null,
    sasl: await saslSettingsOf(kafka.sasl),
    limits,
  };
}

async function saslSettingsOf(sasl: Config['kafka']['sasl']): Promise<SaslSettings | null> {
  const { mechanism, username, tokenFile } = sasl;
  if (mechanism === undefined) return null;
  if (mechanism === 'oauthbearer') {
    if (tokenFile === undefined) throw missing('tokenFile');
    return { mechanism, tokenFile };
  }
  const password = await readSecret(sasl.password, sasl.passwordFile);
  if (username === undefined) throw missing('username');
  if (password === undefined) throw missing('passwordFile');
  const { passwordFile } = sasl;
  const source = passwordFile === undefined ? password : { file: passwordFile };
  return { mechanism, username, password: source };
}

function missing(key: string): CodedError {
  return new CodedError('config/invalid', `\`kafka.sasl.mechanism\` needs \`kafka.sasl.${key}\``);
}
