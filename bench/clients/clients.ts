import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { nodeFlags } from '../../test/support/broker/stage-process.ts';
import { buildGo, buildStreams, type Built } from '../peers/build.ts';
import type { Command } from '../run/client-process.ts';

/** What one run of a client is given. */
export interface Setting {
  readonly bootstrap: string;
  readonly input: string;
  readonly output: string;
  readonly deadLetter: string;
  readonly compression: string;
  /** Policies and inventory. */
  readonly manifests: string;
  /** Of records in Avro, which name none. */
  readonly schemaFile: string;
  readonly nowMs: number;
  /** `limits.memoBytes`; `null` = the default. */
  readonly memoBytes: number | null;
  /** By which the stage's records grow, as was seen, and by what: a list of texts in base64. */
  readonly addedBytes: number;
  readonly additionsFile: string;
}

export interface ClientInfo {
  readonly what: string;
  readonly records: 'json' | 'avro';
  /** Its output must be the input, or the stage's, or nobody's. */
  readonly output: 'input' | 'stage' | 'own';
  /** Of the records it is given: what is slow is not watched for minutes. */
  readonly share: number;
  /** It keeps its decisions: what it costs to meet a flow for the first time is another figure. */
  readonly remembers?: boolean;
  /** Where it has to be built first. */
  readonly build?: () => Promise<Built>;
  readonly command: (setting: Setting, built: BuiltClient) => Command;
}

/** Node needs no building. */
export interface BuiltClient {
  readonly program: string;
  readonly args: readonly string[];
}

const json = { records: 'json', share: 1 } as const;

/** Everything that can be measured. The first is what all others stand beside. */
export const clients = {
  stage: {
    ...json,
    what: 'the stage',
    remembers: true,
    output: 'stage',
    command: (setting) => stageCommand(setting),
  },
  'plain-pass': {
    ...json,
    what: "the stage's client, bytes through",
    output: 'input',
    command: (setting) => ours('pass.ts', [], setting),
  },
  'pass-plus': {
    ...json,
    what: "the stage's client, what the stage adds and its headers, added unseen",
    output: 'own',
    command: passPlus,
  },
  'kafkajs-pass': {
    ...json,
    what: 'stock kafkajs, bytes through',
    output: 'input',
    share: 0.5,
    command: (setting) => node('kafkajs-pass.ts', inOut(setting)),
  },
  'naive-stage': {
    ...json,
    what: 'stock kafkajs, JSON.parse, the same evaluation, JSON.stringify',
    output: 'stage',
    remembers: true,
    share: 0.2,
    command: (setting) =>
      node('naive-stage.ts', [...inOut(setting), setting.manifests, String(setting.nowMs)]),
  },
  'stage-exactly-once': {
    ...json,
    what: 'the stage, each batch in a transaction with its offset',
    output: 'stage',
    command: (setting) => {
      const command = stageCommand(setting);
      const exactly = { REHEARSAL_DELIVERY_GUARANTEE: 'exactly-once' };
      return { ...command, environment: { ...command.environment, ...exactly } };
    },
  },
  'stage-avro': {
    records: 'avro',
    what: 'the stage, the same records in Avro',
    remembers: true,
    output: 'own',
    share: 1,
    command: (setting) => {
      const command = stageCommand(setting);
      const avro = {
        REHEARSAL_INPUT_FORMAT: 'avro',
        REHEARSAL_INPUT_SCHEMA_FILE: setting.schemaFile,
      };
      return { ...command, environment: { ...command.environment, ...avro } };
    },
  },
  'pass-plus-avro': {
    records: 'avro',
    what: "the stage's client over the records in Avro, what the stage adds and its headers, added unseen",
    output: 'own',
    share: 1,
    command: passPlus,
  },
  'franz-go-pass': {
    ...json,
    what: 'franz-go, bytes through',
    output: 'input',
    build: () => buildGo('franz-go'),
    command: (setting, { program, args }) => ({ program, args: [...args, ...inOut(setting)] }),
  },
  'kafka-streams-pass': {
    ...json,
    what: 'Kafka Streams, bytes through',
    output: 'input',
    build: buildStreams,
    command: (setting, built) => streams('pass', setting, built),
  },
  'kafka-streams-jackson': {
    ...json,
    what: 'Kafka Streams, Jackson tree, one text added',
    output: 'own',
    build: buildStreams,
    command: (setting, built) => streams('jackson', setting, built),
  },
  'redpanda-connect-mapping': {
    ...json,
    what: 'Redpanda Connect, one text added',
    output: 'own',
    share: 0.25,
    build: () => buildGo('redpanda-connect'),
    command: ({ bootstrap, input, output, compression, addedBytes }, { program, args }) => ({
      program,
      args: [...args, 'run', pathOf('../peers/redpanda-connect/pipeline.yaml')],
      environment: {
        BOOTSTRAP: bootstrap,
        INPUT: input,
        OUTPUT: output,
        COMPRESSION: compression,
        ADDED: ' '.repeat(addedBytes),
      },
    }),
  },
} as const satisfies Record<string, ClientInfo>;

export type ClientName = keyof typeof clients;

/** The stage of the tree in `root`. */
export function stageCommand(setting: Setting, root = pathOf('../..')): Command {
  const args = [join(root, 'src/commands/main.ts'), String(setting.nowMs)];
  return ours('stage.ts', args, setting);
}

function passPlus(setting: Setting): Command {
  return ours('pass.ts', [setting.additionsFile], setting);
}

function streams(mode: string, setting: Setting, { program, args }: BuiltClient): Command {
  return { program, args: [...args, mode, ...inOut(setting), String(setting.addedBytes)] };
}

function inOut({ bootstrap, input, output, compression }: Setting): string[] {
  return [bootstrap, input, output, compression];
}

function stageEnvironment(setting: Setting): Record<string, string> {
  const { bootstrap, input, output, deadLetter, compression, manifests, memoBytes } = setting;
  return {
    ...(memoBytes !== null && { REHEARSAL_LIMITS_MEMO_BYTES: String(memoBytes) }),
    REHEARSAL_KAFKA_BROKERS: bootstrap,
    REHEARSAL_INPUT_TOPICS: input,
    REHEARSAL_INPUT_GROUP_ID: output,
    REHEARSAL_OUTPUT_TOPIC: output,
    REHEARSAL_OUTPUT_COMPRESSION: compression,
    REHEARSAL_DEAD_LETTER_TOPIC: deadLetter,
    REHEARSAL_POLICIES_PATHS: manifests,
    REHEARSAL_HTTP_PORT: '0',
  };
}

/** The stage and its client, started as users start it. */
function ours(file: string, args: readonly string[], setting: Setting): Command {
  const environment = stageEnvironment(setting);
  return { program: process.execPath, args: [...nodeFlags, pathOf(file), ...args], environment };
}

function node(file: string, args: readonly string[]): Command {
  // Stock kafkajs sets a timer in the past, of which Node would warn.
  const flags = ['--disable-proto=delete', '--disable-warning=TimeoutNegativeWarning'];
  return { program: process.execPath, args: [...flags, pathOf(file), ...args] };
}

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
