import type { SchemaFailure } from '../stage/writer-schemas.ts';
import type { HttpReply } from './http.ts';

/** What may go wrong with asking; what is wrong with a schema itself is found later. */
export type ReasonCode = Exclude<SchemaFailure['reason'], 'member_clash'>;

/** Why there is no value, and what becomes of the records that need it. */
const troubles = {
  // Of the schema: the registry does not know it; it, or we, cannot use it; its rules forbid it.
  unknown: 'schema_unknown',
  invalid: 'schema_invalid',
  'too-large': 'schema_invalid',
  incompatible: 'schema_invalid',
  // Of the registry: it turns us away; its certificate does not convince; it says nothing, or nothing
  // that a registry says; it has no such question.
  refused: 'registry_unreachable',
  untrusted: 'registry_unreachable',
  unreachable: 'registry_unreachable',
  unserved: 'registry_unreachable',
} as const satisfies Record<string, ReasonCode>;

export type Trouble = keyof typeof troubles;

export interface Failure {
  readonly ok: false;
  readonly trouble: Trouble;
  /** For a person; completes `…: `. */
  readonly reason: string;
  /** How long the registry asks us to leave it alone. */
  readonly retryAfterMs: number | null;
}

export type Answer<T> = { readonly ok: true; readonly value: T } | Failure;

/** Members of the JSON object that a registry answers with. */
export type Members = Readonly<Record<string, unknown>>;

export function failure(
  trouble: Trouble,
  reason: string,
  retryAfterMs: number | null = null,
): Failure {
  return { ok: false, trouble, reason, retryAfterMs };
}

/** The dead-letter reason of a trouble. */
export function reasonCodeOf({ trouble }: Failure): ReasonCode {
  return troubles[trouble];
}

/** Whether the trouble is one of the registry, which may pass, and not one of the schema. */
export function isOfRegistry(trouble: Failure): boolean {
  return reasonCodeOf(trouble) === 'registry_unreachable';
}

/**
 * What a reply says. Whatever does not look like a registry (a proxy's page, a redirect, a 404
 * without a registry's code) is `unreachable`, so that no record is given up for it.
 */
export function answerOf(reply: HttpReply): Answer<unknown> {
  if (reply.kind === 'none') {
    return failure(reply.isUntrusted ? 'untrusted' : 'unreachable', reply.reason);
  }
  const { status, text, retryAfterMs } = reply;
  if (status === 200) return valueOf(text);
  if (status === 401 || status === 403) {
    return failure('refused', `it answers ${status}; check \`registry.username\` and its password`);
  }
  if (status >= 300 && status < 400) {
    return failure('unreachable', `it answers ${status}, a redirect, which is not followed`);
  }
  const said = membersOf(text === null ? null : parsed(text)) ?? {};
  const trouble = troubleOf(status, said['error_code']);
  return failure(trouble, `it answers ${status}${quoted(said['message'])}`, retryAfterMs);
}

/** `null` if it is no JSON object. */
export function membersOf(value: unknown): Members | null {
  return isMembers(value) ? value : null;
}

function valueOf(text: string | null): Answer<unknown> {
  if (text === null) return failure('too-large', 'it is longer than `limits.schemaBytes`');
  const value = parsed(text);
  return value === undefined
    ? failure('unreachable', 'its answer is not JSON, so it is no schema registry')
    : { ok: true, value };
}

/** Codes of a registry are the status and two digits: 40403 is a schema that is not there. */
function troubleOf(status: number, code: unknown): Trouble {
  if (typeof code !== 'number') return 'unreachable';
  if (status === 404) return code >= 40_400 && code < 40_500 ? 'unknown' : 'unserved';
  if (status === 409) return 'incompatible';
  if (code === READ_ONLY) return 'refused';
  return status === 422 ? 'invalid' : 'unreachable';
}

/** The whole registry or the subject takes no schemas at present. */
const READ_ONLY = 42_205;

const messageLengthMax = 300;

/** Text from elsewhere, on one line and cut. */
function quoted(message: unknown): string {
  if (typeof message !== 'string' || message === '') return '';
  const line = message.replace(/[\p{C}\p{Z}]+/gu, ' ');
  return `: ${line.slice(0, messageLengthMax)}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
