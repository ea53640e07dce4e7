import { fileURLToPath } from 'node:url';

import { findJvm, runTool } from './jvm.ts';
import { kcatIsInstalled } from './kcat-reader.ts';
import { runProgram, type ProgramResult } from './run-program.ts';

/** What is written: each line of the file to the partition of each compression. */
export interface PackedLines {
  readonly bootstrap: string;
  readonly topic: string;
  readonly file: string;
  readonly partitions: readonly (readonly [compression: string, partition: number])[];
}

/** A client that shares no line with ours. */
export interface ForeignWriter {
  readonly name: 'java' | 'librdkafka';
  readonly write: (lines: PackedLines) => Promise<void>;
}

/** Those that this machine has: Kafka's own, and kcat where it is installed. Throws if there is none. */
export async function foreignWriters(): Promise<ForeignWriter[]> {
  const jvm = await findJvm(process.env, () => {});
  const writers: ForeignWriter[] = [];
  if (jvm.found) writers.push({ name: 'java', write: async (lines) => writeWithJava(jvm, lines) });
  if (await kcatIsInstalled()) writers.push({ name: 'librdkafka', write: writeWithKcat });
  if (writers.length > 0) return writers;
  throw new Error('topics are written by kcat or Java, and there is neither');
}

const program = fileURLToPath(new URL('TopicWriter.java', import.meta.url));

async function writeWithJava(
  jvm: { readonly java: string; readonly libs: string },
  { bootstrap, topic, file, partitions }: PackedLines,
): Promise<void> {
  const places = partitions.flatMap(([compression, partition]) => [compression, `${partition}`]);
  mustEndWell(await runTool(jvm, program, [bootstrap, topic, file, ...places]));
}

async function writeWithKcat({ bootstrap, topic, file, partitions }: PackedLines): Promise<void> {
  for (const [compression, partition] of partitions) {
    const to = ['-P', '-b', bootstrap, '-t', topic, '-p', `${partition}`];
    // Long enough for a batch of more than one record.
    const how = ['-z', compression, '-X', 'linger.ms=50', '-l', file];
    mustEndWell(await runProgram('kcat', [...to, ...how], { timeoutMs: 60_000 }));
  }
}

function mustEndWell({ code, stderr }: ProgramResult): void {
  if (code !== 0) throw new Error(`a writer ended with ${code}: ${stderr}`);
}
