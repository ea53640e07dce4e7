import { existsSync } from 'node:fs';
import { recordsOf } from '../../files/file-records.ts';
import { CodedError } from '../../std/coded-error.ts';
import type { Config } from '../config/schema.ts';
import { batchOf, schemasOf } from '../evaluate/judge-records.ts';
import { openRecords } from '../evaluate/open-records.ts';
import type { Invocation } from '../invocation.ts';
import type { FoundRecord } from './read-flows.ts';
import { topicPlaceOf } from './topic-place.ts';

export interface Meant extends Pick<Invocation, 'surroundings' | 'isColourWanted'> {
  /** `--flow`. */
  readonly flow: string | undefined;
  readonly operands: readonly string[];
  readonly config: Config;
}

/**
 * The record that was asked for: the text of `--flow`, a line of a file, or a message of a topic. What is both a file and
 * a message is the file.
 * @throws CodedError `usage/arguments`, `input/unreadable`, `input/no-such-record`, or as `readTopic`
 */
export async function recordMeant(meant: Meant): Promise<FoundRecord> {
  const { flow, operands } = meant;
  const given = [...(flow === undefined ? [] : [flow]), ...operands];
  const [first] = given;
  if (first === undefined) {
    throw new CodedError(
      'usage/arguments',
      '`explain` needs a record: `FILE`, `FILE:LINE`, `TOPIC/PARTITION/OFFSET`, `-` or `--flow JSON`',
    );
  }
  if (given.length > 1) {
    throw new CodedError('usage/arguments', '`explain` takes one record at a time');
  }
  if (flow === undefined || flow === '-') {
    const place = topicPlaceOf(first);
    if (place === null || existsSync(first)) return findInFile(placeOf(first), meant);
    // Only who asks for it waits for Kafka's client.
    const { recordInTopic } = await import('./record-in-topic.ts');
    return recordInTopic(place, meant);
  }
  const source = '--flow';
  const batch = batchOf(source, recordsOf([{ bytes: Buffer.from(flow), line: 1 }]));
  return { source, batch, schemas: null };
}

interface Place {
  readonly path: string;
  readonly line: number;
}

/** The record that begins at the line, or else the next. */
async function findInFile({ path, line }: Place, meant: Meant): Promise<FoundRecord> {
  const { config, surroundings } = meant;
  let last = 0;
  for await (const group of openRecords(path, surroundings, config)) {
    for (const found of group.records) {
      if (found.offset >= line) {
        const source = `${path}:${found.offset}`;
        return { source, batch: batchOf(source, [found]), schemas: schemasOf(group.container) };
      }
      last = found.offset;
    }
  }
  const what = last === 0 ? 'holds no record' : `ends at line ${last}`;
  throw new CodedError(
    'input/no-such-record',
    `\`${path}\` ${what}, but line ${line} was asked for`,
  );
}

/** `flows.ndjson:17`; without a line the first record. */
function placeOf(operand: string): Place {
  const match = /^(.+):([1-9][0-9]{0,14})$/s.exec(operand);
  return match === null
    ? { path: operand, line: 1 }
    : { path: match[1] ?? '', line: Number(match[2]) };
}
