import type { ScannedRecord } from './scanned-record.ts';
import { UnreadableField } from './unreadable.ts';
import { Field } from './fields.ts';
import type { FieldName } from './fields.ts';
import { OUT_OF_RANGE } from './numbers.ts';

/** Values of the fields of one scanned record. Every method throws `UnreadableField`. */
export class FieldReader {
  readonly #record: ScannedRecord;

  constructor(record: ScannedRecord) {
    this.#record = record;
  }

  /** `undefined` = absent, or null, which every dialect uses alike. */
  value(name: FieldName): unknown {
    return this.#record.form.valueOf(this.#record, Field[name]);
  }

  text(name: FieldName): string | null {
    const value = this.value(name);
    if (value === undefined) return null;
    if (typeof value !== 'string') throw new UnreadableField('not_a_record', name);
    return value;
  }

  /** A word of a fixed list in any case, or its number, as a lower-case text. */
  word(name: FieldName): string | null {
    const value = this.value(name);
    if (value === undefined) return null;
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw new UnreadableField('not_a_record', name);
    }
    return String(value).toLowerCase();
  }

  /** A whole number from 0 to `most`, as number or as text. */
  wholeNumber(name: FieldName, most: number): number | null {
    const value = this.value(name);
    if (value === undefined) return null;
    const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
    if (typeof number !== 'number') throw new UnreadableField('not_a_record', name);
    if (!Number.isInteger(number) || number < 0 || number > most) {
      throw new UnreadableField('number_out_of_range', name);
    }
    return number + 0;
  }

  list(name: FieldName): readonly unknown[] | null {
    const value = this.value(name);
    if (value === undefined) return null;
    if (!Array.isArray(value)) throw new UnreadableField('not_a_record', name);
    return value;
  }

  /** ms since 1970; `null` = not given. */
  timeMs(name: FieldName): number | null {
    const time = this.#record.form.timeOf(this.#record, Field[name]);
    if (Number.isNaN(time)) throw new UnreadableField('not_a_record', name);
    if (time === OUT_OF_RANGE) throw new UnreadableField('number_out_of_range', name);
    return time === 0 ? null : time;
  }
}
