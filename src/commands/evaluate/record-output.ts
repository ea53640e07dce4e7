import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import { ContainerWriter } from '../../files/avro/write-container.ts';
import { syncBytes } from '../../files/avro/container-header.ts';
import { canonicalAvroSchema } from '../../flow/canonical/avro-schema.ts';
import type { OutputRecords } from '../../stage/records/output-records.ts';
import { CodedError } from '../../std/coded-error.ts';
import type { Config } from '../config/schema.ts';
import type { OpenedContainer } from './open-records.ts';
import { writeBytes } from './outputs.ts';

/** Judged records of one file, and the container that the file is; `null` = it is text. */
export interface RecordsOfFile {
  /** Lines, unless they go into a container. */
  readonly outputs: OutputRecords;
  readonly path: string;
  readonly container: OpenedContainer | null;
}

/** What the first records made of the output: a container with one schema, or lines. */
interface Begun {
  readonly path: string;
  readonly schemaText: string | null;
  readonly writer: ContainerWriter | null;
}

/**
 * Writes judged records: lines, or one Avro container with the codec of the first that is read. What waits
 * for its block is written at the end, whatever ended the reading.
 */
export class RecordOutput implements AsyncDisposable {
  readonly #stdout: Writable;
  readonly #schemaTextOf: (container: OpenedContainer | null) => string | null;
  #begun: Begun | null = null;

  /** @throws CodedError `flow/member-reserved` */
  constructor({ output }: Pick<Config, 'output'>, stdout: Writable) {
    this.#stdout = stdout;
    this.#schemaTextOf = schemaTexts[output.format](output.member);
  }

  /** Whether what becomes of these is written into a container. */
  isContained(container: OpenedContainer | null): boolean {
    return this.#schemaTextOf(container) !== null;
  }

  /**
   * Resolves once nobody needs the outputs any more.
   * @throws CodedError `usage/outputs` if what came before is written in another way
   */
  async write({ outputs, path, container }: RecordsOfFile): Promise<void> {
    const schemaText = this.#schemaTextOf(container);
    if (schemaText === null && outputs.length === 0) return;
    this.#begun ??= await this.#begin(path, schemaText, container);
    const { writer } = this.#begun;
    if (this.#begun.schemaText !== schemaText) throw mixed(path, this.#begun.path);
    if (writer !== null) {
      await writeBytes(this.#stdout, await writer.add(judgedValues(outputs)));
      return;
    }
    for (const { bytes } of outputs.chunks()) await writeBytes(this.#stdout, bytes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const writer = this.#begun?.writer ?? null;
    if (writer !== null) await writeBytes(this.#stdout, await writer.finish());
  }

  async #begin(
    path: string,
    schemaText: string | null,
    container: OpenedContainer | null,
  ): Promise<Begun> {
    if (schemaText === null) return { path, schemaText, writer: null };
    const { codec, sync } = container?.header ?? { codec: 'deflate', sync: markerOf(schemaText) };
    const writer = new ContainerWriter({ schema: schemaText, codec, sync });
    await writeBytes(this.#stdout, writer.begin());
    return { path, schemaText, writer };
  }
}

/** A container holds no more than records: what holds none, such as an empty list, stays out. */
function judgedValues(outputs: OutputRecords): Uint8Array[] {
  return [...outputs].flatMap(({ value, headers }) => {
    const isJudged = headers.some(([name]) => name === 'flow-verdict-change');
    return isJudged && value !== null ? [value] : [];
  });
}

/** By `output.format` and `output.member`: the schema of the output, `null` for lines. */
const schemaTexts: Readonly<
  Record<
    Config['output']['format'],
    (member: string) => (container: OpenedContainer | null) => string | null
  >
> = {
  preserve: () => (container) => container?.schema.outputSchemaText ?? null,
  'canonical-json': () => () => null,
  'canonical-avro': (member) => {
    const { outputSchemaText } = canonicalAvroSchema(member);
    return () => outputSchemaText;
  },
};

/** The same for the same schema, as the output is for the same input. */
function markerOf(schemaText: string): Buffer {
  return createHash('sha256').update(schemaText).digest().subarray(0, syncBytes);
}

function mixed(path: string, before: string): CodedError {
  return new CodedError(
    'usage/outputs',
    `what becomes of \`${path}\` cannot follow what became of \`${before}\`: an Avro container holds records of ` +
      'one schema and no lines; judge each by itself, or use `--output-format canonical-json`',
  );
}
