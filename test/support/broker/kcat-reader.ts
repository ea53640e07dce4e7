import { runProgram } from './run-program.ts';
import { inOrder, type StoredRecord, type TopicRange } from './stored-record.ts';

let installed: Promise<boolean> | undefined;

export function kcatIsInstalled(): Promise<boolean> {
  installed ??= runProgram('kcat', ['-V'], { timeoutMs: 10_000 }).then(({ code }) => code === 0);
  return installed;
}

/** Reads by kcat: librdkafka, a client with no line in common with ours, and quick to start. */
export async function readWithKcat(range: TopicRange): Promise<StoredRecord[]> {
  const partition = range.partition === undefined ? [] : ['-p', String(range.partition)];
  const source = ['-C', '-b', range.bootstrap, '-t', range.topic, ...partition];
  const isolation = range.uncommitted === true ? 'read_uncommitted' : 'read_committed';
  const checks = ['-X', `isolation.level=${isolation}`, '-X', 'check.crcs=true'];
  const settings = ['-o', 'beginning', '-e', '-q', ...checks, '-J'];
  const { code, stdout, stderr } = await runProgram('kcat', [...source, ...settings], {
    timeoutMs: 60_000,
    encoding: 'latin1',
  });
  if (code !== 0) throw new Error(`kcat ended with ${code}: ${stderr}`);
  return inOrder(stdout.split('\n').filter(Boolean).map(parseLine));
}

interface KcatLine {
  readonly partition: number;
  readonly offset: number;
  readonly ts: number;
  readonly key: string | null;
  readonly payload: string | null;
  /** Names and values in turn. */
  readonly headers?: readonly (string | null)[];
}

/**
 * kcat escapes only what JSON must have escaped and writes every other byte as it is, UTF-8 or not.
 * Read as Latin-1, each character is one byte.
 */
function parseLine(line: string): StoredRecord {
  const { partition, offset, ts, key, payload, headers = [] } = JSON.parse(line) as KcatLine;
  return {
    partition,
    offset,
    timestampMs: ts,
    key: bytes(key),
    value: bytes(payload),
    headers: headers.flatMap((name, index) =>
      index % 2 === 0 ? [[text(name), bytes(headers[index + 1] ?? null)] as const] : [],
    ),
  };
}

function bytes(latin1: string | null): Buffer | null {
  return latin1 === null ? null : Buffer.from(latin1, 'latin1');
}

function text(latin1: string | null): string {
  return bytes(latin1)?.toString('utf8') ?? '';
}
