import { findJvm, runTool } from './jvm.ts';
import { parseJavaLine, topicReader } from './java-line.ts';
import { inOrder, type StoredRecord, type TopicRange } from './stored-record.ts';

/** Reads by Kafka's own Java client: for machines without kcat. */
export async function readWithJava(range: TopicRange): Promise<StoredRecord[]> {
  const jvm = await findJvm(process.env, () => {});
  if (!jvm.found) throw new Error(`topics are read by kcat or Java: no kcat, and ${jvm.why}`);
  const { bootstrap, topic, partition = -1, uncommitted = false } = range;
  const isolation = uncommitted ? 'read_uncommitted' : 'read_committed';
  const args = [bootstrap, isolation, '-', String(partition), topic];
  const { code, stdout, stderr } = await runTool(jvm, topicReader, args);
  if (code !== 0) throw new Error(`TopicReader ended with ${code}: ${stderr}`);
  return inOrder(stdout.split('\n').filter(Boolean).map(parseJavaLine));
}
