import { fileURLToPath } from 'node:url';

import { findJvm, runTool } from './jvm.ts';
import { inOrder, type StoredRecord, type TopicRange } from './stored-record.ts';

const program = fileURLToPath(new URL('TopicReader.java', import.meta.url));

/** Reads by Kafka's own Java client: for machines without kcat. */
export async function readWithJava(range: TopicRange): Promise<StoredRecord[]> {
  const jvm = await findJvm(process.env, () => {});
  if (!jvm.found) throw new Error(`topics are read by kcat or Java: no kcat, and ${jvm.why}`);
  const isolation = range.uncommitted === true ? 'read_uncommitted' : 'read_committed';
  const args = [range.bootstrap, range.topic, String(range.partition ?? -1), isolation];
  const { code, stdout, stderr } = await runTool(jvm, program, args);
  if (code !== 0) throw new Error(`TopicReader ended with ${code}: ${stderr}`);
  return inOrder(stdout.split('\n').filter(Boolean).map(parseLine));
}

/** See `TopicReader.java`. */
function parseLine(line: string): StoredRecord {
  const [partition, offset, timestampMs, key = '-', value = '-', ...headers] = line.split(' ');
  return {
    partition: Number(partition),
    offset: Number(offset),
    timestampMs: Number(timestampMs),
    key: bytes(key),
    value: bytes(value),
    headers: headers.flatMap((name, index) =>
      index % 2 === 0
        ? [[bytes(name)?.toString('utf8') ?? '', bytes(headers[index + 1] ?? '-')] as const]
        : [],
    ),
  };
}

function bytes(base64: string): Buffer | null {
  return base64 === '-' ? null : Buffer.from(base64, 'base64');
}
