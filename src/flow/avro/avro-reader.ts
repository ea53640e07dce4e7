// Hot: measured by bench/micro/avro.bench.ts.
import { Field } from '../dialects/fields.ts';
import type { ScanLimits } from '../dialects/json-scanner.ts';
import type { ScannedRecord } from '../dialects/scanned-record.ts';
import { unreadable } from '../dialects/unreadable.ts';
import type { RecordLimits, Unreadable } from '../dialects/unreadable.ts';
import type { AvroForm } from './avro-form.ts';
import type { CoreForm } from './lane-layout.ts';
import { Skipper } from './skipper.ts';
import { readLong, varintEnd } from './varint.ts';

/** A form with a number that no other has, and what the core knows of it. */
export interface NumberedForm extends CoreForm {
  readonly form: AvroForm;
  readonly formNumber: number;
}

/** Finds the fields of Avro records. One object serves all records. */
export class AvroReader {
  readonly #limits: ScanLimits & Pick<RecordLimits, 'recordBytes'>;
  readonly #skipper: Skipper;
  #record: ReusedRecord | null = null;

  constructor(limits: ScanLimits & Pick<RecordLimits, 'recordBytes'>) {
    this.#limits = limits;
    this.#skipper = new Skipper(limits);
  }

  /** `start` is where the record begins; what is before it names its schema. */
  read(numbered: NumberedForm, bytes: Buffer, start: number): ScannedRecord | Unreadable {
    const { form } = numbered;
    if (bytes.length > this.#limits.recordBytes) {
      return unreadable('too_large', '', 'recordBytes');
    }
    const failure = this.#skipper.scan(form.schema.program, bytes, start);
    if (failure !== null) return failure;
    if (!this.#isOurs(bytes)) {
      return unreadable('member_clash', `\`${form.schema.output.evaluation}\``);
    }
    const { offsets } = this.#skipper;
    this.#record ??= { status: 'scanned', bytes, offsets, ...numbered };
    return Object.assign(this.#record, numbered, { bytes });
  }

  /** The evaluation of an earlier pass begins the name of its maker as we do. */
  #isOurs(bytes: Buffer): boolean {
    const start = this.#skipper.offsets[2 * Field.evaluator]!;
    if (start < 0) return true;
    const text = varintEnd(bytes, start, bytes.length);
    if (readLong(bytes, start) < OURS.length) return false;
    return OURS.compare(bytes, text, text + OURS.length) === 0;
  }
}

type ReusedRecord = { -readonly [Key in keyof ScannedRecord]: ScannedRecord[Key] };

const OURS = Buffer.from('rehearsal/');
