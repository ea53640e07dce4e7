import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { testClient } from '../../test/support/broker/topics.ts';
import type { Setting } from '../clients/clients.ts';
import { avroTwins } from '../workload/avro-twin.ts';
import { createWorkload, type Shape } from '../workload/workload.ts';
import { meanLength } from './additions.ts';
import { type Command, startClient } from './client-process.ts';
import { type Digest, digestOf } from './digest.ts';
import { fillTopic } from './input-topic.ts';
import { type Pace, watch, type Watched } from './progress.ts';
import { shortLived, startTidyBroker } from './short-lived.ts';

export interface SessionOptions {
  readonly shape: Shape;
  readonly seed: number;
  readonly records: number;
  /** Of which all clients write all, so that outputs can be compared. */
  readonly sampleRecords: number;
  readonly compression: string;
  /** `limits.memoBytes`; `null` = the default. */
  readonly memoBytes: number | null;
  readonly forms: readonly RecordForm[];
}

export type RecordForm = 'json' | 'avro';

/** One client, on one topic. */
export interface Run {
  readonly form: RecordForm;
  /** By what the stage's records grew, as was seen. */
  readonly additions: readonly Buffer[];
  /** It must have met every flow before it is looked at. */
  readonly remembers: boolean;
  readonly command: (setting: Setting) => Command;
}

/** A broker with records in it, beside which clients are run one after the other. */
export interface Session {
  /** What the workload came to, for people. */
  readonly about: string;
  readonly input: ReadonlyMap<RecordForm, Digest>;
  /** Runs a client on a share of the records, and looks at it once it is warm. */
  measure: (run: Run, share: number) => Promise<Pace>;
  /** What it makes of the sample. */
  sample: (run: Run) => Promise<Digest>;
  /** Throws if a record was refused. */
  assertNoneRefused: () => Promise<void>;
  close: () => Promise<void>;
}

const partitions = 4;
/** Of what a client writes. */
const warmUpShare = 0.25;
/** Early in the time that the records tell of. */
const nowMs = 1_787_000_000_000;
const name = `bench-${process.pid}`;
const deadLetter = `${name}-dead-letter`;

export async function openSession(options: SessionOptions): Promise<Session> {
  const { shape, seed, records, compression, memoBytes, forms } = options;
  const broker = await startTidyBroker();
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-bench-'));
  const close = async (): Promise<void> => {
    rmSync(folder, { recursive: true });
    await broker.stop();
  };
  try {
    return await open();
  } catch (error) {
    await close();
    throw error;
  }

  async function open(): Promise<Session> {
    const { bootstrap } = broker;
    const { manifests, policies, endpoints, flows } = createWorkload(shape, seed);
    const manifestsFile = join(folder, 'cluster.json');
    writeFileSync(manifestsFile, manifests);
    await makeTopic(deadLetter);
    const input = new Map<RecordForm, Digest>();
    for (const form of forms) {
      await fill(form, 'sample', { records: options.sampleRecords, warmUp: 0 });
      await fill(form, 'input', { records, warmUp: flows });
      input.set(form, await digestOf(bootstrap, topicOf(form, 'sample')));
    }
    let runs = 0;

    return { about: aboutText(), input, measure, sample, assertNoneRefused, close };

    /** `warmUp` flows come once each before the others come as often as they do. */
    async function fill(
      form: RecordForm,
      what: string,
      size: { readonly records: number; readonly warmUp: number },
    ): Promise<void> {
      const workload = createWorkload(shape, seed);
      const twin = form === 'avro' ? avroTwins() : (record: Buffer) => record;
      const topic = topicOf(form, what);
      await makeTopic(topic, compression);
      let sent = 0;
      const next = (): Buffer => {
        const flow = sent++;
        return twin(flow < size.warmUp ? workload.of(flow) : workload.next());
      };
      await fillTopic(next, { bootstrap, topic, partitions, records: size.warmUp + size.records });
    }

    async function measure(run: Run, share: number): Promise<Pace> {
      const to = run.remembers ? flows + share * records : share * (flows + records);
      const from = run.remembers ? flows + warmUpShare * share * records : warmUpShare * to;
      // What has been counted may go: memory that a broker fills for the first time is dear.
      return onOutput(run, { of: 'input', configs: shortLived }, (output) =>
        watch({ ...output, from, to }),
      );
    }

    async function sample(run: Run): Promise<Digest> {
      return onOutput(run, { of: 'sample' }, async (output) => {
        await watch({ ...output, from: 0, to: options.sampleRecords });
        return digestOf(bootstrap, output.topic);
      });
    }

    /** Starts the client, and takes it and its output away again when all is seen. */
    async function onOutput<T>(
      { form, additions, command }: Run,
      { of: inputTopic, configs }: { readonly of: string; readonly configs?: Configs },
      look: (output: Output) => Promise<T>,
    ): Promise<T> {
      const output = `${name}-out-${runs++}`;
      const additionsFile = join(folder, 'additions.json');
      writeFileSync(
        additionsFile,
        JSON.stringify(additions.map((bytes) => bytes.toString('base64'))),
      );
      await makeTopic(output, 'none', configs);
      const client = startClient(
        command({
          bootstrap,
          input: topicOf(form, inputTopic),
          output,
          deadLetter,
          compression,
          manifests: manifestsFile,
          schemaFile: fileURLToPath(new URL('../../schemas/flow-record.avsc', import.meta.url)),
          nowMs,
          memoBytes,
          addedBytes: meanLength(additions),
          additionsFile,
        }),
      );
      try {
        return await look({ client, bootstrap, topic: output });
      } finally {
        await client.kill();
        await dropTopic(output);
      }
    }

    async function makeTopic(topic: string, stored = 'none', others: Configs = {}): Promise<void> {
      const configs = {
        ...others,
        'file.delete.delay.ms': '0',
        'compression.type': stored === 'none' ? 'producer' : stored,
      };
      await broker.createTopics([{ name: topic, partitions, configs }]);
    }

    async function dropTopic(topic: string): Promise<void> {
      const admin = testClient(bootstrap).admin();
      await admin.connect();
      await admin.deleteTopics({ topics: [topic] });
      await admin.disconnect();
    }

    async function assertNoneRefused(): Promise<void> {
      const { records: refused } = await digestOf(bootstrap, deadLetter);
      if (refused > 0) throw new Error(`${refused} records were refused`);
    }

    function aboutText(): string {
      return (
        `${records} records, ${flows} flows, ${policies} policies, ${endpoints} endpoints with ` +
        `${shape.labels} labels, ${100 * shape.freshShare} % new flows, compression ${compression}, ` +
        `memo ${memoBytes === null ? 'as by default' : `of ${memoBytes} bytes`}, seed ${seed}`
      );
    }
  }
}

type Configs = Readonly<Record<string, string>>;
type Output = Pick<Watched, 'client' | 'bootstrap' | 'topic'>;

function topicOf(form: RecordForm, what: string): string {
  return `${name}-${form}-${what}`;
}
