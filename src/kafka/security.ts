import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';

import type { Mechanism, SASLOptions } from 'kafkajs';

import { unreachable } from '../std/assert.ts';
import { CodedError } from '../std/coded-error.ts';
import { isLoopback } from './loopback.ts';
import { oauthBearer } from './oauth.ts';
import { parseBroker } from './seed-brokers.ts';
import type { KafkaSettings, SaslSettings, TlsSettings } from './settings.ts';

/**
 * TLS as kafkajs takes it. The certificate and the host name are always checked.
 * @throws CodedError `kafka/file-unreadable`
 */
export function tlsOptions(ssl: TlsSettings): ConnectionOptions {
  return {
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ...(ssl.caFile !== null && { ca: read('kafka.ssl.caFile', ssl.caFile) }),
    ...(ssl.certFile !== null && { cert: read('kafka.ssl.certFile', ssl.certFile) }),
    ...(ssl.keyFile !== null && { key: read('kafka.ssl.keyFile', ssl.keyFile) }),
    ...(ssl.serverName !== null && { servername: ssl.serverName }),
  };
}

/**
 * SASL as kafkajs takes it.
 * @throws CodedError `kafka/sasl-without-tls`
 */
export function saslOptions(settings: KafkaSettings): SASLOptions | Mechanism | undefined {
  if (settings.sasl === null) return undefined;
  const exposed = settings.brokers.find((broker) => !isLoopback(parseBroker(broker).host));
  if (settings.ssl === null && exposed !== undefined) {
    throw new CodedError(
      'kafka/sasl-without-tls',
      `\`kafka.sasl\` would send credentials to \`${exposed}\` in plain text; set \`kafka.ssl.enabled\``,
    );
  }
  return forMechanism(settings.sasl);
}

function forMechanism(sasl: SaslSettings): SASLOptions | Mechanism {
  switch (sasl.mechanism) {
    case 'plain':
    case 'scram-sha-256':
    case 'scram-sha-512': {
      const { mechanism, username, password } = sasl;
      // kafkajs asks for it at each login.
      const login: SASLOptions = {
        mechanism,
        username,
        get password() {
          if (typeof password === 'string') return password;
          return read('kafka.sasl.passwordFile', password.file).replace(/\r?\n$/, '');
        },
      };
      return login;
    }
    case 'oauthbearer':
      return oauthBearer(sasl.tokenFile);
    default:
      return unreachable(sasl);
  }
}

function read(key: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CodedError('kafka/file-unreadable', `\`${key}\`: cannot read \`${path}\`: ${why}`, {
      cause,
    });
  }
}
