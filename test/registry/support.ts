import type { Batch, Header, InputRecord } from '../../src/stage/ports.ts';
import { limits } from '../../src/stage/limits.ts';
import {
  type RegistrySettings,
  type RegistryTiming,
  registryTimingDefault,
} from '../../src/registry/settings.ts';
import type { Reply } from '../support/registry/faulty-registry.ts';

/** Short enough for tests, long enough for two busy cores. */
export const quick: RegistryTiming = {
  ...registryTimingDefault,
  requestMs: 2000,
  retryFirstMs: 10,
  retryMaxMs: 50,
  lookAgainMs: 10,
  attempts: 3,
};

export function settingsFor(url: string, over: Partial<RegistrySettings> = {}): RegistrySettings {
  return { url, credentials: null, caFile: null, onUnreachable: 'wait', limits, ...over };
}

export const never: AbortSignal = new AbortController().signal;

export function schemaReply(schema: string, members: object = {}): Reply {
  return { status: 200, body: { schema, ...members } };
}

/** A refusal as a registry words it. */
export function refusal(code: number, message = 'no'): Reply {
  const status = code < 1000 ? code : Math.floor(code / 100);
  return { status, body: { error_code: code, message } };
}

/** Records that name these schemas in front of their values. */
export function batchOf(ids: readonly number[]): Batch {
  const records = ids.map((id, offset) => recordOf(id, offset));
  return { topic: 'flows', partition: 0, highWatermark: ids.length, records };
}

export function recordOf(id: number, offset = 0, headers: readonly Header[] = []): InputRecord {
  const value = Buffer.alloc(6);
  value.writeUInt32BE(id, 1);
  return { offset, timestampMs: 1, key: null, value, headers };
}
