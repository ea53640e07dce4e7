import { ByteReader } from '../../stage/records/byte-reader.ts';
import type { Corruption } from './corruption.ts';
import { messageOf, type FetchedMessage } from './fetched-message.ts';
import { holdFrame } from './held-frames.ts';
import { isLegacy, readLegacy } from './legacy.ts';
import { readBatches, type AbortedTransaction, type ReadLimits } from './read-batches.ts';

/** A decoded answer to a fetch, in the shape that kafkajs passes on. */
export interface FetchResponse {
  readonly throttleTime: number;
  readonly clientSideThrottleTime: number;
  readonly errorCode: number;
  readonly sessionId: number;
  readonly responses: readonly FetchedTopic[];
}

export interface FetchedTopic {
  readonly topicName: string;
  readonly partitions: readonly FetchedPartition[];
}

export interface FetchedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: string;
  /** Always empty: what was aborted is left out of `messages` already. */
  readonly abortedTransactions: readonly never[];
  readonly preferredReadReplica: number;
  readonly messages: readonly FetchedMessage[];
}

export interface FetchOptions {
  /** Of the request: 4 to 11. */
  readonly version: number;
  readonly limits: ReadLimits;
  readonly corruption: Corruption;
}

/**
 * Decodes an answer to a fetch, kafkajs's way of decoding which checks no sum, has no caps and shows
 * records of aborted transactions.
 * @throws WireError, CorruptBatchError
 */
export async function decodeFetchResponse(
  bytes: Buffer,
  options: FetchOptions,
): Promise<FetchResponse> {
  const { version } = options;
  const reader = new ByteReader(bytes);
  const clientSideThrottleTime = reader.int32();
  const errorCode = version >= 7 ? reader.int16() : 0;
  const sessionId = version >= 7 ? reader.int32() : 0;
  const responses: FetchedTopic[] = [];
  for (let topics = reader.int32(); topics > 0; topics -= 1) {
    responses.push(await readTopic(reader, options));
  }
  holdFrame(
    bytes,
    responses.flatMap(({ partitions }) => partitions),
  );
  // Since version 8 the broker answers before it throttles and expects the client to wait.
  const throttleTime = version >= 8 ? 0 : clientSideThrottleTime;
  return {
    throttleTime,
    clientSideThrottleTime: version >= 8 ? clientSideThrottleTime : 0,
    errorCode,
    sessionId,
    responses,
  };
}

async function readTopic(reader: ByteReader, options: FetchOptions): Promise<FetchedTopic> {
  const topicName = reader.string();
  const partitions: FetchedPartition[] = [];
  for (let count = reader.int32(); count > 0; count -= 1) {
    partitions.push(await readPartition(reader, topicName, options));
  }
  return { topicName, partitions };
}

async function readPartition(
  reader: ByteReader,
  topic: string,
  { version, limits, corruption }: FetchOptions,
): Promise<FetchedPartition> {
  const partition = reader.int32();
  const errorCode = reader.int16();
  const highWatermark = reader.int64();
  reader.int64(); // last stable offset
  if (version >= 5) reader.int64(); // first offset of the log
  const aborted = readAborted(reader);
  const preferredReadReplica = version >= 11 ? reader.int32() : -1;
  const size = reader.int32();
  const records = reader.bytes(Math.max(0, size));
  const isGivenUp = (offset: number): boolean =>
    corruption.isLasting(`${topic}/${partition}/${offset}`);
  const messages = isLegacy(records)
    ? await readLegacy(records)
    : (await readBatches(records, aborted, { ...limits, isGivenUp })).map((batch) =>
        messageOf(batch.lastOffset, batch.records, batch.packedBytes),
      );
  return {
    partition,
    errorCode,
    highWatermark: String(highWatermark),
    abortedTransactions: [],
    preferredReadReplica,
    messages,
  };
}

/** `null`, as of a reader that wants to see all, has the length -1. */
function readAborted(reader: ByteReader): AbortedTransaction[] {
  const aborted: AbortedTransaction[] = [];
  for (let count = reader.int32(); count > 0; count -= 1) {
    aborted.push({ producerId: reader.int64(), firstOffset: reader.int64() });
  }
  return aborted;
}
