// Puts our codec of fetch answers and produce requests in the place of kafkajs's own. kafkajs looks its
// codecs up at every request, so this works whenever it is done.
import { createRequire } from 'node:module';

import type { IHeaders, Message } from 'kafkajs';

import type { Header, OutputRecord } from '../../stage/ports.ts';
import { type Chunk, packRecords } from '../../stage/records/output-records.ts';
import { ChunkMessages } from './chunk-messages.ts';
import { assert } from '../../std/assert.ts';
import { Corruption } from './corruption.ts';
import { decodeFetchResponse } from './fetch-response.ts';
import { encodeProduceRequest } from './produce-request.ts';
import type { ReadLimits } from './read-batches.ts';

const require = createRequire(import.meta.url);

/** May be called again, with other limits. */
export function installWire(limits: ReadLimits): void {
  for (const version of [4, 5, 6, 7, 8, 9, 10, 11]) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an untyped module, pinned
    const response = require(requestPath(`fetch/v${version}/response`)) as { decode: unknown };
    response.decode = async (bytes: Buffer) =>
      decodeFetchResponse(bytes, { version, limits, corruption });
  }
  for (const version of [3, 4, 5, 6, 7]) {
    const path = require.resolve(requestPath(`produce/v${version}/request`));
    require(path);
    const loaded = require.cache[path];
    if (loaded !== undefined) loaded.exports = produceRequest(version);
  }
}

/** One memory for all connections: a batch may be fetched by another the next time. */
const corruption = new Corruption();

const produceApiKey = 0;

/** What kafkajs gives to a produce request. */
interface ProduceArguments {
  readonly acks: number;
  readonly timeout: number;
  readonly compression?: number;
  readonly transactionalId?: string | null;
  readonly producerId?: string | number | bigint;
  readonly producerEpoch?: number;
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number | string;
      readonly firstSequence?: number;
      readonly messages: readonly Message[] | ChunkMessages;
    }[];
  }[];
}

function produceRequest(apiVersion: number) {
  return (given: ProduceArguments) => {
    const pieces = async (): Promise<Buffer[]> =>
      encodeProduceRequest({
        transactionalId: given.transactionalId ?? null,
        acks: given.acks,
        timeoutMs: given.timeout,
        codec: given.compression ?? 0,
        producerId: BigInt(given.producerId ?? -1),
        producerEpoch: given.producerEpoch ?? 0,
        topics: given.topicData.map(({ topic, partitions }) => ({
          topic,
          partitions: partitions.map(({ partition, firstSequence = 0, messages }) => ({
            partition: Number(partition),
            firstSequence,
            chunk: chunkOf(messages),
          })),
        })),
      });
    return {
      apiKey: produceApiKey,
      apiVersion,
      apiName: 'Produce',
      expectResponse: () => given.acks !== 0,
      pieces,
      encode: async () => {
        const bytes = Buffer.concat(await pieces());
        // All that kafkajs asks of an encoder of its own.
        return { buf: bytes, buffer: bytes };
      },
    };
  };
}

function chunkOf(messages: readonly Message[] | ChunkMessages): Chunk {
  if (messages instanceof ChunkMessages) return messages.chunk;
  const [chunk] = packRecords(messages.map(recordOf)).chunks();
  assert(chunk !== undefined, 'a request without a record');
  return chunk;
}

function recordOf(message: Message): OutputRecord {
  return {
    timestampMs: message.timestamp === undefined ? Date.now() : Number(message.timestamp),
    key: bytesOf(message.key ?? null),
    value: bytesOf(message.value),
    headers: headersOf(message.headers ?? {}),
  };
}

function headersOf(headers: IHeaders): Header[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value ?? null]).map((one): Header => [name, bytesOf(one)]),
  );
}

function bytesOf(value: Buffer | string | null): Buffer | null {
  return typeof value === 'string' ? Buffer.from(value) : value;
}

function requestPath(path: string): string {
  return `kafkajs/src/protocol/requests/${path}`;
}
