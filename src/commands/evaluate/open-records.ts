import { isContainer, type ContainerHeader } from '../../files/avro/container-header.ts';
import { containerRecords } from '../../files/avro/container-records.ts';
import { openContainer } from '../../files/avro/read-container.ts';
import { copied } from '../../files/file-chunks.ts';
import { openInput, type HasStdin } from '../../files/open-input.ts';
import { peek } from '../../files/peek.ts';
import { splitRecords, type RecordGroup } from '../../files/split-records.ts';
import type { AvroSchema } from '../../flow/avro/avro-schema.ts';
import { recordEnds } from '../../flow/avro/record-end.ts';
import { CodedError } from '../../std/coded-error.ts';
import type { Config } from '../config/schema.ts';
import { avroDeriver } from '../run/avro.ts';

/** Records of a file that came together. */
export interface OpenedRecords extends RecordGroup {
  /** The Avro container they are from, of which the first group may be empty; `null` = text. */
  readonly container: OpenedContainer | null;
}

export interface OpenedContainer {
  readonly header: ContainerHeader;
  /** What its records are written with. */
  readonly schema: AvroSchema;
}

export type OpenConfig = Pick<Config, 'input' | 'output' | 'limits'>;

/**
 * The records of a file, `-` being stdin, however it is packed and laid out.
 * @throws CodedError `input/unreadable`, after all the records that could be read
 */
export async function* openRecords(
  path: string,
  has: HasStdin,
  config: OpenConfig,
): AsyncGenerator<OpenedRecords> {
  const input = openInput(path, has);
  try {
    const { head, all } = await peek(input, headBytes);
    if (isContainer(head)) yield* openContained(path, copied(all), config);
    else {
      for await (const group of splitRecords(all, config.limits)) {
        yield { ...group, container: null };
      }
    }
  } finally {
    // Also where nothing of it was read but the head.
    await input.return(undefined);
  }
}

const headBytes = 4;

async function* openContained(
  path: string,
  bytes: AsyncGenerator<Buffer>,
  config: OpenConfig,
): AsyncGenerator<OpenedRecords> {
  const { format } = config.input;
  if (format !== 'auto' && format !== 'avro') {
    throw unreadable(path, `\`input.format\` is \`${format}\``);
  }
  const opened = await openNamed(path, bytes, config);
  const schema = avroDeriver(config)(opened.header.schema);
  if ('problem' in schema) throw unreadable(path, `its schema cannot be used: ${schema.problem}`);
  const container = { header: opened.header, schema };
  yield { records: [], faults: [], bytes: 0, container };
  for await (const group of containerRecords(opened, recordEnds(schema))) {
    yield { ...group, container };
  }
}

async function openNamed(path: string, bytes: AsyncGenerator<Buffer>, { limits }: OpenConfig) {
  try {
    return await openContainer(bytes, limits);
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'input/container') throw error;
    throw unreadable(path, error.message);
  }
}

function unreadable(path: string, why: string): CodedError {
  const name = path === '-' ? 'stdin' : path;
  return new CodedError('input/unreadable', `\`${name}\` is an Avro container: ${why}`);
}
