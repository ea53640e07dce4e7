import { createRequire } from 'node:module';

import { layout } from './batch-header.ts';
import type { InputRecord } from '../../stage/ports.ts';
import { WireError } from '../../stage/records/byte-reader.ts';
import { type FetchedMessage, messageOf } from './fetched-message.ts';

const require = createRequire(import.meta.url);

interface LegacyMessage {
  readonly offset: string;
  readonly timestamp?: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** True where message sets from before Kafka 0.11 begin: versions 0 and 1. */
export function isLegacy(bytes: Buffer): boolean {
  return bytes.length > layout.versionAt && (bytes[layout.versionAt] ?? 0) <= 1;
}

/**
 * Message sets from before Kafka 0.11, as kafkajs reads them. They have no headers. An entry that it
 * cannot read becomes one record that says so.
 */
export async function readLegacy(bytes: Buffer): Promise<readonly FetchedMessage[]> {
  const messages: FetchedMessage[] = [];
  for (const entry of wholeEntries(bytes)) {
    const records = await readEntry(entry);
    messages.push(messageOf(records.at(-1)?.offset ?? 0, records, entry.length));
  }
  return messages;
}

/** Throws a `WireError` if these are more entries than a batch may have records. */
export function assertFewEntries(bytes: Buffer, entriesMax: number): void {
  let count = 0;
  for (const _ of wholeEntries(bytes)) {
    count += 1;
    if (count > entriesMax) {
      throw new WireError(`more records than \`limits.batchRecords\`, ${entriesMax}`);
    }
  }
}

/** Bytes of an entry before what its length counts: the offset and the length itself. */
const prefixBytes = 12;

function* wholeEntries(bytes: Buffer): Generator<Buffer> {
  let at = 0;
  while (bytes.length - at >= prefixBytes) {
    const length = prefixBytes + Math.max(0, bytes.readInt32BE(at + 8));
    if (length > bytes.length - at) return;
    const entry = bytes.subarray(at, at + length);
    // Record batches may follow; the next fetch begins with them.
    if (at > 0 && !isLegacy(entry)) return;
    yield entry;
    at += length;
  }
}

/** At least one. */
async function readEntry(entry: Buffer): Promise<readonly InputRecord[]> {
  try {
    const messages = await decodeMessageSet(entry);
    if (messages.length > 0) return messages.map(recordOf);
    throw new Error('it holds no message');
  } catch (error) {
    return [undecodable(entry, error)];
  }
}

async function decodeMessageSet(entry: Buffer): Promise<readonly LegacyMessage[]> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an untyped module, pinned
  const Decoder = require('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => object;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an untyped module, pinned
  const decode = require('kafkajs/src/protocol/messageSet/decoder') as (
    decoder: object,
    size: number,
  ) => Promise<readonly LegacyMessage[]>;
  return decode(new Decoder(entry), entry.length);
}

function recordOf({ offset, timestamp, key, value }: LegacyMessage): InputRecord {
  return { offset: Number(offset), timestampMs: Number(timestamp ?? -1), key, value, headers: [] };
}

function undecodable(entry: Buffer, error: unknown): InputRecord {
  const offset = Number(entry.readBigInt64BE(0));
  const why = error instanceof Error ? error.message : String(error);
  return {
    offset,
    timestampMs: -1,
    key: null,
    value: entry,
    headers: [],
    defect: {
      reason: 'decompression_failed',
      message: `the message set at offset ${offset} cannot be unpacked: ${why}`,
    },
  };
}
