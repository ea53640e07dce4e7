import { existsSync } from 'node:fs';
import { CodedError } from '../../std/coded-error.ts';
import type { Config } from '../config/schema.ts';
import { openRecords } from '../evaluate/open-records.ts';
import type { Surroundings } from '../surroundings.ts';
import type { FoundRecord } from './read-flows.ts';

export interface Meant {
  /** `--flow`. */
  readonly flow: string | undefined;
  readonly operands: readonly string[];
  readonly config: Config;
  readonly surroundings: Surroundings;
}

/**
 * The record that was asked for: the text of `--flow`, or a line of a file.
 * @throws CodedError `usage/arguments`, `input/unreadable`, `input/no-such-record`
 */
export async function recordMeant(meant: Meant): Promise<FoundRecord> {
  const { flow, operands } = meant;
  const given = [...(flow === undefined ? [] : [flow]), ...operands];
  const [first] = given;
  if (first === undefined) {
    throw new CodedError(
      'usage/arguments',
      '`explain` needs a record: `FILE`, `FILE:LINE`, `-` or `--flow JSON`',
    );
  }
  if (given.length > 1) {
    throw new CodedError('usage/arguments', '`explain` takes one record at a time');
  }
  if (flow === undefined || flow === '-') {
    const message = /^([^/]+)\/(\d+)\/(\d+)$/.exec(first);
    if (message !== null && !existsSync(first)) throw inTopic(message);
    return findInFile(placeOf(first), meant);
  }
  const records = [{ bytes: Buffer.from(flow), line: 1 }];
  return { source: '--flow', group: { records, faults: [], container: null } };
}

/** As the header `flow-source` names it. */
function inTopic([name, topic, partition, offset]: readonly string[]): CodedError {
  return new CodedError(
    'usage/arguments',
    `\`${name}\` is no file; this version reads no topics here: \`kcat -C -t ${topic} -p ${partition} -o ${offset} -c 1 | rehearsal explain -\``,
  );
}

interface Place {
  readonly path: string;
  readonly line: number;
}

/** The record that begins at the line, or else the next. */
async function findInFile({ path, line }: Place, meant: Meant): Promise<FoundRecord> {
  const { config, surroundings } = meant;
  let last = 0;
  for await (const group of openRecords(path, surroundings.stdin, config)) {
    const found = group.records.find((record) => record.line >= line);
    if (found !== undefined) {
      return { source: `${path}:${found.line}`, group: { ...group, records: [found], faults: [] } };
    }
    last = group.records.at(-1)?.line ?? last;
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
