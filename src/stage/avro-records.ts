// Hot: measured by bench/micro/avro.bench.ts.
import { AvroForm } from '../flow/avro/avro-form.ts';
import { AvroReader } from '../flow/avro/avro-reader.ts';
import type { NumberedForm } from '../flow/avro/avro-reader.ts';
import type { AvroSchema } from '../flow/avro/avro-schema.ts';
import type { ScannedRecord } from '../flow/dialects/scanned-record.ts';
import { unreadable } from '../flow/dialects/unreadable.ts';
import type { Unreadable } from '../flow/dialects/unreadable.ts';
import type { Limits } from './limits.ts';
import type { Header } from './ports.ts';
import { framingOf, SCHEMA_ID, SchemaFraming } from './schema-framing.ts';
import type { FoundSchema, SchemaFailure, WriterSchemas } from './writer-schemas.ts';

export interface AvroRecordsOptions {
  /** `auto`: what names a schema is Avro; `avro`: all is; anything else: nothing is. */
  readonly format: string;
  /** `input.schemaFile`: what records are written with that name no schema; `null` = they must. */
  readonly bareSchema: AvroSchema | null;
  readonly limits: Limits;
  /** Forms are numbered from here. */
  readonly firstFormNumber: number;
}

/** Reads records in Avro, whichever way they name their schema. */
export class AvroRecords {
  readonly #options: AvroRecordsOptions;
  readonly #reader: AvroReader;
  readonly #framing = new SchemaFraming();
  readonly #message: { value: Uint8Array; headers: readonly Header[] };
  readonly #configured: NumberedForm | null;
  readonly #bareForms = new WeakMap<AvroSchema, NumberedForm>();
  readonly #forms = new WeakMap<FoundSchema<AvroSchema>, Forms>();
  #nextNumber: number;
  #schemas: WriterSchemas<AvroSchema> | null = null;
  #bare: NumberedForm | null;
  #header: Header | null = null;

  constructor(options: AvroRecordsOptions) {
    const { bareSchema, limits, firstFormNumber } = options;
    this.#options = options;
    this.#reader = new AvroReader(limits);
    this.#message = { value: NO_BYTES, headers: [] };
    this.#nextNumber = firstFormNumber;
    this.#configured = bareSchema === null ? null : this.#numbered(bareSchema, NO_BYTES);
    this.#bare = this.#configured;
  }

  /** Those that the records of this batch name; `null` = there is no registry. */
  set schemas(schemas: WriterSchemas<AvroSchema> | null) {
    this.#schemas = schemas;
    this.#bare = schemas?.bare === undefined ? this.#configured : this.#bareFormOf(schemas.bare);
  }

  /** Names the schema of the output of the record last read; `null` = no header does. */
  get header(): Header | null {
    return this.#header;
  }

  /** `null` = the record is not in Avro. */
  read(
    value: Buffer,
    headers: readonly Header[],
  ): ScannedRecord | Unreadable | SchemaFailure | null {
    this.#header = null;
    const { format } = this.#options;
    if (format !== 'auto' && format !== 'avro') return null;
    if (this.#bare !== null) return this.#reader.read(this.#bare, value, 0);
    this.#message.value = value;
    this.#message.headers = headers;
    if (this.#framing.read(this.#message)) return this.#readNamed(value);
    return format === 'auto' ? null : NAMES_NO_SCHEMA;
  }

  #readNamed(value: Buffer): ScannedRecord | Unreadable | SchemaFailure | null {
    const { id, start } = this.#framing;
    const found = this.#schemas?.find(id) ?? NO_REGISTRY;
    if (found.status === 'found') return this.#readAs(found, value, start);
    // A header may also name a schema of JSON.
    const isHeader = this.#options.format === 'auto' && start === 0;
    const mayBeOfJson = found === NO_REGISTRY || found.reason === 'schema_invalid';
    return isHeader && mayBeOfJson && isLikelyJson(value) ? null : found;
  }

  #readAs(
    found: FoundSchema<AvroSchema>,
    value: Buffer,
    start: number,
  ): ScannedRecord | Unreadable {
    const forms = this.#formsOf(found);
    if (start > 0) return this.#reader.read(forms.behindNumber, value, start);
    this.#header = forms.header;
    return this.#reader.read(forms.bare, value, 0);
  }

  #formsOf(found: FoundSchema<AvroSchema>): Forms {
    const known = this.#forms.get(found);
    if (known !== undefined) return known;
    const number = found.outputId === null ? NO_BYTES : framingOf(found.outputId);
    const forms: Forms = {
      behindNumber: this.#numbered(found.derived, number),
      bare: this.#numbered(found.derived, NO_BYTES),
      header: found.outputId === null ? null : [SCHEMA_ID, number],
    };
    this.#forms.set(found, forms);
    return forms;
  }

  #bareFormOf(schema: AvroSchema): NumberedForm {
    const known = this.#bareForms.get(schema);
    if (known !== undefined) return known;
    const form = this.#numbered(schema, NO_BYTES);
    this.#bareForms.set(schema, form);
    return form;
  }

  #numbered(schema: AvroSchema, prefix: Buffer): NumberedForm {
    const formNumber = this.#nextNumber;
    this.#nextNumber += 1;
    return { form: new AvroForm(schema, prefix), formNumber };
  }
}

/** One schema by the two ways in which a record may name it. */
interface Forms {
  readonly behindNumber: NumberedForm;
  readonly bare: NumberedForm;
  readonly header: Header | null;
}

const NO_BYTES = Buffer.alloc(0);
const NAMES_NO_SCHEMA = unreadable('schema_unknown', 'the record names none');
const NO_REGISTRY = unreadable('schema_unknown', 'set `registry.url` to read Avro');

const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

function isLikelyJson(value: Buffer): boolean {
  return value[0] === OPEN_BRACE || value[0] === OPEN_BRACKET;
}
