import { readFile } from 'node:fs/promises';

import type { AuthenticationProviderArgs, Mechanism } from 'kafkajs';

import { CodedError } from '../std/coded-error.ts';

/**
 * SASL OAUTHBEARER with the token of a file, which is read anew each time. kafkajs has a login of its own,
 * which takes a broker's refusal for a welcome: the broker waits for the client to take note of it.
 */
export function oauthBearer(tokenFile: string): Mechanism {
  return {
    mechanism: 'oauthbearer',
    authenticationProvider: ({ saslAuthenticate }) => ({
      authenticate: async () => {
        const refusal = await say(saslAuthenticate, hello(await tokenOf(tokenFile)));
        // The broker says the reason again, as an error.
        if (refusal.length > 0) await say(saslAuthenticate, Buffer.of(separator));
      },
    }),
  };
}

const separator = 1;

/** RFC 7628, 3.1. */
function hello(token: string): Buffer {
  return Buffer.from(`n,,\u0001auth=Bearer ${token}\u0001\u0001`);
}

async function say(
  saslAuthenticate: AuthenticationProviderArgs['saslAuthenticate'],
  words: Buffer,
): Promise<Buffer> {
  const length = Buffer.alloc(4);
  length.writeInt32BE(words.length);
  const answer = await saslAuthenticate<Buffer>({
    request: { encode: () => Buffer.concat([length, words]) },
    response: { decode: (raw) => raw.subarray(length.length), parse: (said) => said },
  });
  return answer ?? Buffer.alloc(0);
}

async function tokenOf(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const what = `\`kafka.sasl.tokenFile\`: cannot read \`${file}\`: ${why}`;
    throw new CodedError('kafka/file-unreadable', what, { cause });
  }
}
