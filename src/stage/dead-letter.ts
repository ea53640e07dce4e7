import type { DeadLetterReason } from '../flow/reasons.ts';
import { recordBytes, withHeaders } from './headers.ts';
import type { LimitName } from './limits.ts';
import type { Header, InputRecord, OutputRecord } from './ports.ts';

/** Why a record goes to the dead letters. */
export interface Rejection {
  readonly reason: DeadLetterReason;
  readonly message: string;
  /** The bound that it is beyond, if it is one. */
  readonly limit: LimitName | null;
}

/**
 * The record as it came with the reason in its headers (contract 5). One that is too large for any
 * topic is represented by its size and source. `source` is the headers that say where it came from.
 */
export function deadLetterRecord(
  record: InputRecord,
  { reason, message }: Rejection,
  { source, bytesMax }: { readonly source: readonly Header[]; readonly bytesMax: number },
): OutputRecord {
  const ours: readonly Header[] = [
    ['error-code', Buffer.from(reason)],
    ['error-message', Buffer.from(message)],
    ...source,
  ];
  const { timestampMs, key, value } = record;
  const whole = { timestampMs, key, value, headers: withHeaders(record.headers, ours) };
  return recordBytes(whole) <= bytesMax ? whole : stubOf(record, ours, bytesMax);
}

function stubOf(record: InputRecord, headers: readonly Header[], bytesMax: number): OutputRecord {
  const { timestampMs, key } = record;
  const value = Buffer.from(JSON.stringify({ omitted_bytes: recordBytes(record) }));
  const stub = { timestampMs, key, value, headers };
  return recordBytes(stub) <= bytesMax ? stub : { ...stub, key: null };
}
