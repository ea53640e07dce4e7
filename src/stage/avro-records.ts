// Hot: measured by bench/micro/avro.bench.ts.
import { AvroForm } from '../flow/avro/avro-form.ts';
import { AvroReader } from '../flow/avro/avro-reader.ts';
import type { NumberedForm } from '../flow/avro/avro-reader.ts';
import type { AvroSchema } from '../flow/avro/avro-schema.ts';
import { addAvroLayout } from '../flow/avro/lane-layout.ts';
import type { RecordCore } from '../flow/dialects/record-core.ts';
import type { ScannedRecord } from '../flow/dialects/scanned-record.ts';
import { unreadable } from '../flow/dialects/unreadable.ts';
import type { Unreadable } from '../flow/dialects/unreadable.ts';
import type { Limits } from './limits.ts';
import type { Header } from './ports.ts';
import { framingOf, SCHEMA_ID, SchemaFraming } from './schema-framing.ts';
import type { FoundSchema, SchemaFailure, SchemaId, WriterSchemas } from './writer-schemas.ts';

export interface AvroRecordsOptions {
  /** `auto`: what names a schema is Avro; `avro`: all is; anything else: nothing is. */
  readonly format: string;
  /** `input.schemaFile`: what records are written with that name no schema; `null` = they must. */
  readonly bareSchema: AvroSchema | null;
  readonly limits: Limits;
  /** Forms are numbered from here. */
  readonly firstFormNumber: number;
  /** Is told how records of each schema lie. */
  readonly core: RecordCore;
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
  #isNamedByHeader = false;
  /** By where the core has a layout: how a record says that it is of it. */
  readonly #namings = new Map<number, Naming>();

  constructor(options: AvroRecordsOptions) {
    const { bareSchema, limits, firstFormNumber } = options;
    this.#options = options;
    this.#reader = new AvroReader(limits);
    this.#message = { value: NO_BYTES, headers: [] };
    this.#nextNumber = firstFormNumber;
    this.#configured = bareSchema === null ? null : this.#numbered(bareSchema);
    this.#bare = this.#configured;
  }

  /** Those that the records of this batch name; `null` = there is no registry. */
  set schemas(schemas: WriterSchemas<AvroSchema> | null) {
    this.#schemas = schemas;
    this.#bare = schemas?.bare === undefined ? this.#configured : this.#bareFormOf(schemas.bare);
  }

  /** Whether a record of this batch may have the layout that the core has there. */
  isCurrent(layout: number): boolean {
    const naming = this.#namings.get(layout);
    if (this.#bare !== null) return this.#bare.laneLayout === layout;
    return naming === undefined || this.#schemas?.find(naming.id) === naming.found;
  }

  /** Whether a header names the schema of the record last read. */
  get isNamedByHeader(): boolean {
    return this.#isNamedByHeader;
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
    this.#isNamedByHeader = false;
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
    if (found.status === 'found') return this.#readAs({ id, found }, value, start);
    // A header may also name a schema of JSON.
    const isHeader = this.#options.format === 'auto' && start === 0;
    const mayBeOfJson = found === NO_REGISTRY || found.reason === 'schema_invalid';
    return isHeader && mayBeOfJson && isLikelyJson(value) ? null : found;
  }

  #readAs(naming: Naming, value: Buffer, start: number): ScannedRecord | Unreadable {
    const { found } = naming;
    const forms = this.#formsOf(found);
    if (start > 0) {
      forms.behindNumber ??= this.#numbered(found.derived, naming);
      return this.#reader.read(forms.behindNumber, value, start);
    }
    forms.bare ??= this.#numbered(found.derived);
    this.#header = forms.header;
    this.#isNamedByHeader = true;
    return this.#reader.read(forms.bare, value, 0);
  }

  #formsOf(found: FoundSchema<AvroSchema>): Forms {
    const known = this.#forms.get(found);
    if (known !== undefined) return known;
    const { outputId } = found;
    const header: Header | null = outputId === null ? null : [SCHEMA_ID, framingOf(outputId)];
    const forms: Forms = { behindNumber: null, bare: null, header };
    this.#forms.set(found, forms);
    return forms;
  }

  #bareFormOf(schema: AvroSchema): NumberedForm {
    const known = this.#bareForms.get(schema);
    if (known !== undefined) return known;
    const form = this.#numbered(schema);
    this.#bareForms.set(schema, form);
    return form;
  }

  /** `naming` is by the number that stands before each record; `null` = nothing stands there. */
  #numbered(schema: AvroSchema, naming: Naming | null = null): NumberedForm {
    const formNumber = this.#nextNumber;
    this.#nextNumber += 1;
    const prefix = typeof naming?.id === 'number' ? framingOf(naming.id) : NO_BYTES;
    const outputId = naming?.found.outputId ?? null;
    const newPrefix = outputId === null ? NO_BYTES : framingOf(outputId);
    const core = addAvroLayout(this.#options.core, schema, { formNumber, prefix, newPrefix });
    if (naming !== null && core.laneLayout !== 0) this.#namings.set(core.laneLayout, naming);
    return { form: new AvroForm(schema, newPrefix), formNumber, ...core };
  }
}

/** One schema by the two ways in which a record may name it. */
interface Forms {
  behindNumber: NumberedForm | null;
  bare: NumberedForm | null;
  readonly header: Header | null;
}

/** A record is of the schema if it names it so, as long as that is what the name stands for. */
interface Naming {
  readonly id: SchemaId;
  readonly found: FoundSchema<AvroSchema>;
}

const NO_BYTES = Buffer.alloc(0);
const NAMES_NO_SCHEMA = unreadable('schema_unknown', 'the record names none');
const NO_REGISTRY = unreadable('schema_unknown', 'set `registry.url` to read Avro');

const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

function isLikelyJson(value: Buffer): boolean {
  return value[0] === OPEN_BRACE || value[0] === OPEN_BRACKET;
}
