import { readFileSync } from 'node:fs';
import { Agent as PlainAgent, type IncomingMessage, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';

import { CodedError } from '../std/coded-error.ts';
import type { RegistrySettings, RegistryTiming } from './settings.ts';

/** What came back. Nothing is followed, unpacked or guessed. */
export type HttpReply =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** `null` = longer than `limits.schemaBytes`, and thrown away. */
      readonly text: string | null;
      /** What `Retry-After` asks for. */
      readonly retryAfterMs: number | null;
    }
  | { readonly kind: 'none'; readonly reason: string; readonly isUntrusted: boolean };

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Below the base path, from its slash. */
  readonly path: string;
  readonly body?: string;
}

/** Speaks HTTP to the registry over few connections, each answer bounded in size and in time. */
export class RegistryHttp {
  readonly #settings: RegistrySettings;
  readonly #timing: RegistryTiming;
  readonly #base: string;
  readonly #agent: PlainAgent | SecureAgent;

  /** @throws CodedError `registry/file-unreadable` */
  constructor(settings: RegistrySettings, timing: RegistryTiming) {
    this.#settings = settings;
    this.#timing = timing;
    this.#base = settings.url.replace(/\/+$/, '');
    this.#agent = agentOf(settings);
  }

  /**
   * Rejects with the reason of `signal` when it fires; whatever else goes wrong is a reply.
   * @throws CodedError when the password cannot be read
   */
  async send(request: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
    const headers = await this.#headers(request);
    signal.throwIfAborted();
    const { requestMs } = this.#timing;
    const timeout = AbortSignal.timeout(requestMs);
    try {
      const options = { headers, signal: AbortSignal.any([signal, timeout]) };
      const response = await this.#exchange(request, options);
      return {
        kind: 'answer',
        status: response.statusCode ?? 0,
        text: await textOf(response, this.#settings.limits.schemaBytes),
        retryAfterMs: retryAfterMsOf(response),
      };
    } catch (error) {
      signal.throwIfAborted();
      const reason = timeout.aborted ? `no answer within ${requestMs} ms` : reasonOf(error);
      return { kind: 'none', reason, isUntrusted: /CERT|SIGNATURE|ALTNAME/i.test(codeOf(error)) };
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  async #exchange(
    { method, path, body }: HttpRequest,
    options: { readonly headers: Record<string, string>; readonly signal: AbortSignal },
  ): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const begin = this.#agent instanceof SecureAgent ? secureRequest : plainRequest;
    const request = begin(this.#base + path, { ...options, method, agent: this.#agent });
    request.on('response', resolve).on('error', reject);
    request.end(body);
    return promise;
  }

  async #headers({ body }: HttpRequest): Promise<Record<string, string>> {
    const { credentials } = this.#settings;
    const headers: Record<string, string> = {
      accept: 'application/vnd.schemaregistry.v1+json, application/json',
    };
    if (body !== undefined) {
      headers['content-type'] = 'application/vnd.schemaregistry.v1+json';
      headers['content-length'] = String(Buffer.byteLength(body));
    }
    if (credentials !== null) {
      const pair = `${credentials.username}:${await credentials.password()}`;
      headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
    }
    return headers;
  }
}

/** Certificate and host name are always checked, whatever the environment says. */
function agentOf({ url, caFile, limits }: RegistrySettings): PlainAgent | SecureAgent {
  const options = { keepAlive: true, maxSockets: limits.registryRequests };
  if (!url.startsWith('https:')) return new PlainAgent(options);
  return new SecureAgent({
    ...options,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ...(caFile !== null && { ca: read(caFile) }),
  });
}

async function textOf(response: IncomingMessage, bytesMax: number): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    // Leaving the loop closes the connection.
    if (bytes > bytesMax) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Seconds; a date is as good as nothing, since clocks differ. */
function retryAfterMsOf({ headers }: IncomingMessage): number | null {
  const text = headers['retry-after'] ?? '';
  return /^\d{1,6}$/.test(text) ? Number(text) * 1000 : null;
}

function reasonOf(error: unknown): string {
  // Several addresses of one name fail together and leave the message empty.
  const message = error instanceof Error ? error.message : String(error);
  return message === '' ? codeOf(error) : message;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CodedError(
      'registry/file-unreadable',
      `cannot read \`registry.caFile\` \`${path}\`: ${reasonOf(cause)}`,
      { cause },
    );
  }
}
