import { readFileSync } from 'node:fs';

import { CodecError, type CodecName } from '../../../src/codecs/codec.ts';
import { codecs } from '../../../src/codecs/codecs.ts';
import { openContainer } from '../../../src/files/avro/read-container.ts';
import { splitBlock } from '../../../src/files/avro/split-block.ts';
import { splitRecords } from '../../../src/files/split-records.ts';
import { deadLetterReasons } from '../../../src/flow/reasons.ts';
import { compile, createProcessor, readResources } from '../../../src/index.ts';
import { patchKafkajs } from '../../../src/kafka/patches.ts';
import { layout } from '../../../src/kafka/wire/batch-header.ts';
import { WireError } from '../../../src/stage/records/byte-reader.ts';
import { Corruption } from '../../../src/kafka/wire/corruption.ts';
import { crc32c } from '../../../src/kafka/wire/crc32c.ts';
import { decodeFetchResponse } from '../../../src/kafka/wire/fetch-response.ts';
import { decodeTopicRights } from '../../../src/kafka/wire/topic-rights.ts';
import { readLegacy } from '../../../src/kafka/wire/legacy.ts';
import { CorruptBatchError, readBatches } from '../../../src/kafka/wire/read-batches.ts';
import type { InputRecord } from '../../../src/stage/ports.ts';
import { CodedError } from '../../../src/std/coded-error.ts';
import { batchOfAll } from '../../bombs/batches.ts';
import * as container from '../../files/avro/support.ts';
import { recordLines } from '../../flow/dialects/support/records.ts';
import { judgedMessage } from '../../stage/support/judging.ts';
import { fetchAnswer, legacyMessage, rightsAnswer } from '../wire-bytes.ts';
import { avroTarget } from './avro-target.ts';
import { demand } from './demand.ts';
import type { FuzzTarget } from './fuzz.ts';

/** Small enough for a case to be quick, large enough for the seeds. */
const limits = {
  batchBytes: 64 * 1024,
  batchRecords: 1000,
  batchHeaders: 1000,
  recordBytes: 32 * 1024,
};

/**
 * A frame of zstd may ask for a window of 128 MiB however few bytes it has, as the highest level does: to
 * get that much memory takes so long.
 */
const zstdMsMax = 300;

patchKafkajs(limits);

const codecNames = Object.keys(codecs) as CodecName[];
const lines = ['goldmane-go', 'whisker'] as const;
const texts = lines.flatMap((dialect) => recordLines(dialect).slice(0, 200));
const text = Buffer.from(texts.slice(0, 20).join('\n'));

const records = {
  name: 'JSON records',
  seeds: texts.map((line) => Buffer.from(line)),
  outcomeOf: recordOutcome,
  share: 40,
} satisfies FuzzTarget;

const quoted = JSON.stringify(texts[0]);

const manyInOne = {
  name: 'messages of envelopes and of several records',
  seeds: [
    text,
    Buffer.from(`[${texts.slice(0, 3).join(',\n')}]`),
    Buffer.from(`{"total":{},"items":[${texts.slice(0, 3).join()}]}`),
    Buffer.from(`{"log":${quoted},"stream":"stdout"}`),
    Buffer.from(`{"log":${JSON.stringify(texts.slice(0, 3).join('\n'))}}\n{"log":${texts[0]}}`),
    Buffer.from(`[{"log":[{"log":${quoted}},{"log":7}]},{"x":{"log":${texts[0]}}}]`),
  ],
  outcomeOf: messageOutcome,
} satisfies FuzzTarget;

const batches = {
  name: 'record batches',
  seeds: await Promise.all(
    [null, ...codecNames].map(async (codec) => batchOfAll(someRecords(), codec)),
  ),
  outcomeOf: async (bytes: Buffer) => batchOutcome(sealed(bytes)),
  share: 20,
  caseMsMax: zstdMsMax,
} satisfies FuzzTarget;

const answers = {
  name: 'answers to a fetch',
  seeds: [
    fetchAnswer(11, batches.seeds[0] ?? Buffer.alloc(0)),
    fetchAnswer(4, legacyMessage(7, text)),
  ],
  outcomeOf: answerOutcome,
  share: 30,
  caseMsMax: zstdMsMax,
} satisfies FuzzTarget;

const topicRights = {
  name: 'answers about rights',
  seeds: [
    rightsAnswer([
      ['in', 0, 8],
      ['out', 29, 0],
    ]),
  ],
  share: 30,
  outcomeOf: async (bytes: Buffer) => {
    try {
      return decodeTopicRights(bytes).size === 0 ? 'nothing told' : 'read';
    } catch (error) {
      if (error instanceof WireError) return 'refused';
      throw error;
    }
  },
} satisfies FuzzTarget;

const messageSets = {
  name: 'message sets of old',
  seeds: [
    Buffer.concat([legacyMessage(7, text), legacyMessage(8, Buffer.from('b'))]),
    legacyMessage(8, await codecs.gzip.compress(legacyMessage(0, text)), 1),
    legacyMessage(8, await codecs.zstd.compress(legacyMessage(0, text)), 4),
  ],
  outcomeOf: async (bytes: Buffer) => {
    const messages = await readLegacy(bytes);
    return defects(messages.flatMap((message) => [...message.records]));
  },
  caseMsMax: zstdMsMax,
  share: 2,
} satisfies FuzzTarget;

const packed = await Promise.all(
  codecNames.map(async (name): Promise<FuzzTarget> => ({
    name,
    seeds: [
      await codecs[name].compress(text),
      await codecs[name].compress(Buffer.alloc(limits.batchBytes + 1)),
      await codecs[name].compress(Buffer.alloc(0)),
    ],
    outcomeOf: async (bytes) => codecOutcome(name, bytes),
    share: name === 'lz4' ? 20 : name === 'snappy' ? 10 : 1,
    ...(name === 'zstd' && { caseMsMax: zstdMsMax }),
  })),
);

const containers = {
  name: 'Avro containers',
  seeds: await Promise.all(
    Object.keys(container.otherCodecs).map(async (codec) =>
      container.writtenByAvsc(container.smalls(60), { codec, blockBytes: 200 }),
    ),
  ),
  outcomeOf: containerOutcome,
  share: 2,
  caseMsMax: zstdMsMax,
} satisfies FuzzTarget;

const files = {
  name: 'files of text',
  seeds: [
    text,
    Buffer.from(`[${texts.slice(0, 9).join(',\n')}]`),
    Buffer.from(`{"total":{},"items":[${texts.slice(0, 9).join()}]}`),
    Buffer.from(JSON.stringify(JSON.parse(texts[0] ?? ''), null, 2)),
  ],
  outcomeOf: fileOutcome,
  share: 10,
} satisfies FuzzTarget;

/** Every decoder of bytes that others write. */
export const fuzzTargets: readonly FuzzTarget[] = [
  records,
  avroTarget(texts),
  manyInOne,
  batches,
  answers,
  topicRights,
  messageSets,
  ...packed,
  containers,
  files,
];

function recordOutcome(bytes: Buffer): string {
  const before = Buffer.from(bytes);
  const processed = processor.process(bytes);
  demand(bytes.equals(before), 'the input was changed');
  if (processed.status === 'dead-letter') {
    demand(processed.reason in deadLetterReasons, `\`${processed.reason}\` is no reason`);
    return processed.reason;
  }
  const { evaluation } = JSON.parse(Buffer.from(processed.value).toString()) as {
    readonly evaluation: { readonly change: string };
  };
  return evaluation.change;
}

function messageOutcome(bytes: Buffer): string {
  const unwrap = bytes.length % 2 === 0 ? 'log' : null;
  const { outputs, deadLetters, tally } = judgedMessage(bytes, { unwrap });
  const counted = Object.values(tally.sums().records).reduce((sum, count) => sum + count, 0);
  demand(counted > 0 && counted === outputs.length + deadLetters.length, 'one outcome each');
  // Throws where an envelope was broken on the way.
  for (const { value } of outputs) JSON.parse(Buffer.from(value ?? []).toString());
  return `${Math.min(2, outputs.length)} out, ${Math.min(2, deadLetters.length)} dead`;
}

const processor = processorOf(
  '../../../examples/staging-guide/policies/staged-network-policy.yaml',
);

function processorOf(path: string) {
  const yaml = readFileSync(new URL(path, import.meta.url), 'utf8');
  const { index } = compile(readResources(yaml, path).documents);
  if (index === null) throw new Error(`${path} is refused`);
  return createProcessor(index, { evaluatedAtMs: 0 });
}

async function batchOutcome(bytes: Buffer): Promise<string> {
  try {
    const read = await readBatches(bytes, [], { ...limits, isGivenUp: () => true });
    for (const batch of read) {
      for (const record of batch.records) demand(record.offset <= batch.lastOffset, 'an offset');
    }
    return defects(read.flatMap((batch) => [...batch.records]));
  } catch (error) {
    if (error instanceof CorruptBatchError) return 'fetched again';
    throw error;
  }
}

/** Half of the cases get by the checksum. */
function sealed(bytes: Buffer): Buffer {
  if (bytes.length < layout.headerBytes || bytes.length % 2 === 0) return bytes;
  const copy = Buffer.from(bytes);
  copy.writeInt32BE(copy.length - layout.prefixBytes, 8);
  copy.writeUInt8(2, layout.versionAt);
  copy.writeUInt32BE(crc32c(copy.subarray(layout.crcFrom)), layout.crcAt);
  return copy;
}

async function answerOutcome(bytes: Buffer): Promise<string> {
  const options = {
    version: bytes.length % 2 === 0 ? 11 : 4,
    limits,
    corruption: new Corruption(),
  };
  try {
    const { responses } = await decodeFetchResponse(bytes, options);
    const messages = responses.flatMap(({ partitions }) =>
      partitions.flatMap((one) => one.messages),
    );
    return defects(messages.flatMap((message) => [...message.records]));
  } catch (error) {
    if (error instanceof WireError) return 'refused';
    if (error instanceof CorruptBatchError) return 'fetched again';
    throw error;
  }
}

function defects(read: readonly InputRecord[]): string {
  return read.some(({ defect }) => defect !== undefined) ? 'dead letter' : 'read';
}

async function codecOutcome(name: CodecName, bytes: Buffer): Promise<string> {
  try {
    const unpacked = await codecs[name].decompress(bytes, limits.batchBytes);
    demand(unpacked.length <= limits.batchBytes, 'more than allowed');
    return 'unpacked';
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    demand(error.message.startsWith(`${name}: `), 'the codec is not named');
    return error.problem;
  }
}

async function containerOutcome(bytes: Buffer): Promise<string> {
  try {
    let faults = 0;
    const { blocks } = await openContainer(oneChunk(bytes), limits);
    for await (const block of blocks) {
      const parts = block.status === 'fault' ? [block] : splitBlock(block, container.recordEnd);
      for (const part of parts) if (part.status === 'fault') faults += 1;
    }
    return faults > 0 ? 'read in part' : 'read';
  } catch (error) {
    if (error instanceof CodedError && error.code === 'input/container') return 'refused';
    throw error;
  }
}

async function fileOutcome(bytes: Buffer): Promise<string> {
  let isCut = false;
  for await (const { records: found, faults } of splitRecords(oneChunk(bytes), limits)) {
    isCut ||= faults.length > 0;
    for (const { value } of found) {
      demand((value?.length ?? 0) <= limits.recordBytes + 1, 'too long');
    }
  }
  return isCut ? 'cut short' : 'read';
}

async function* oneChunk(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

function someRecords() {
  return texts.slice(0, 8).map((line, index) => ({
    timestampMs: index,
    key: index % 2 === 0 ? null : Buffer.from('key'),
    value: Buffer.from(line.slice(0, 200)),
    headers: index % 3 === 0 ? [['name', Buffer.from('value')] as const] : [],
  }));
}
