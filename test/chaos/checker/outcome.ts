import { createHash } from 'node:crypto';

import type { StoredRecord } from '../../support/broker/stored-record.ts';
import { cutMember } from './cut-member.ts';
import type { RecordKey } from './reference.ts';

/** What a stage adds to the headers of a record. */
const ourHeaders = new Set([
  'flow-source',
  'flow-verdict-change',
  'policy-set',
  'policy-hash',
  'error-code',
  'error-message',
]);

/**
 * A number for all that must leave a stage as it came: key, time, headers and the value, less both
 * members that are the stage's.
 */
export function fingerprintOf({ key, timestampMs, headers, value }: StoredRecord): number {
  const hash = createHash('sha1').update(`${timestampMs} ${describe(key)} `);
  for (const [name, content] of headers) {
    if (!ourHeaders.has(name)) hash.update(`${name}=${describe(content)} `);
  }
  hash.update(describe(value === null || !isRecord(value) ? value : withoutOurs(value)));
  return hash.digest().readUIntBE(0, 6);
}

/** Whether the value is a flow record, as far as the load of a test is concerned. */
export function isRecord(value: Buffer): boolean {
  return value.length > 0 && value[0] === OPENING_BRACE && value.at(-1) === CLOSING_BRACE;
}

const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** What is no JSON any more stays as it is, and so differs. */
function withoutOurs(value: Buffer): Buffer {
  try {
    const less = cutMember(value.toString('latin1'), ['Key', 'policies', 'pending_policies']);
    return Buffer.from(cutMember(less, ['evaluation']), 'latin1');
  } catch {
    return value;
  }
}

/** No two contents have the same text. */
function describe(bytes: Buffer | null): string {
  return bytes === null ? '-' : `${bytes.length}:${bytes.toString('latin1')}`;
}

/** An answered flow record, as far as it is checked. */
export interface Answer {
  readonly Key: RecordKey & { readonly policies: { readonly pending_policies?: unknown } };
  readonly evaluation?: {
    readonly verdict: string;
    readonly evaluated_at: string;
    readonly policy_hash: string;
  };
}

/** `null`: it is no JSON, or nothing like a record. */
export function readAnswer(value: Buffer): Answer | null {
  try {
    const answer = JSON.parse(value.toString('utf8')) as Partial<Answer>;
    return answer.Key?.policies === undefined ? null : (answer as Answer);
  } catch {
    return null;
  }
}

/** Input coordinates in the header `flow-source`; `null` if there is none that can be read. */
export function sourceOf(record: StoredRecord): { partition: number; offset: number } | null {
  const text = headerOf(record, 'flow-source');
  const match = /^.+\/(\d+)\/(\d+)$/.exec(text ?? '');
  return match === null ? null : { partition: Number(match[1]), offset: Number(match[2]) };
}

export function headerOf({ headers }: StoredRecord, name: string): string | null {
  return headers.find(([each]) => each === name)?.[1]?.toString() ?? null;
}
