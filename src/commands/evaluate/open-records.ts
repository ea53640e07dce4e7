import type { Readable } from 'node:stream';
import { isContainer } from '../../files/avro/container-header.ts';
import { openInput } from '../../files/open-input.ts';
import { peek } from '../../files/peek.ts';
import { splitRecords } from '../../files/split-records.ts';
import type { RecordGroup } from '../../files/split-records.ts';
import type { SplitterLimits } from '../../files/splitter.ts';
import { CodedError } from '../../std/coded-error.ts';

/**
 * The records of a file, `-` being `stdin`, however it is packed and laid out.
 * @throws CodedError `input/unreadable`, after all the records that could be read
 */
export async function* openRecords(
  path: string,
  stdin: Readable,
  limits: SplitterLimits,
): AsyncGenerator<RecordGroup> {
  const { head, all } = await peek(openInput(path, stdin), headBytes);
  if (isContainer(head)) {
    throw new CodedError(
      'input/unreadable',
      `\`${path}\` is an Avro container, which this version does not read`,
    );
  }
  yield* splitRecords(all, limits);
}

const headBytes = 4;
