import type { CarriedName, ExtraMember } from '../dialects/carried.ts';
import { canonicalJson } from '../dialects/flat.ts';
import { exactCount } from '../dialects/numbers.ts';
import type { ScannedRecord } from '../dialects/scanned-record.ts';

/**
 * What no judgement reads, as the canonical form has it. A value that does not fit its canonical member
 * joins the unknown ones under that member's name.
 */
export class CarriedReader {
  readonly #texts: ReadonlyMap<CarriedName, string>;
  readonly #isZero: (name: CarriedName) => boolean;
  readonly extra: ExtraMember[];

  constructor(record: ScannedRecord) {
    const { texts, extra } = record.form.carry(record);
    const { omitsZeros, paths, carried } = record.form.dialect;
    this.#texts = texts;
    this.#isZero = (name) => omitsZeros && (name in paths || name in carried);
    this.extra = [...extra];
  }

  /** '' = absent. */
  text(name: CarriedName): string {
    const value = this.#value(name);
    if (typeof value === 'string') return value;
    if (value !== undefined) this.#misfit(name);
    return '';
  }

  texts(name: CarriedName): readonly string[] {
    const value = this.#value(name);
    const list: readonly unknown[] = Array.isArray(value) ? value : [];
    const texts = list.filter((text) => typeof text === 'string');
    if (value === undefined || (Array.isArray(value) && texts.length === list.length)) return texts;
    this.#misfit(name);
    return [];
  }

  /** A whole number of 64 bits, exact. */
  count(name: CarriedName): bigint | null {
    const json = this.#texts.get(name);
    if (json === undefined) return this.#isZero(name) ? 0n : null;
    const count = exactCount(json);
    if (count === null) this.#misfit(name);
    return count;
  }

  /** 0 = absent. */
  port(name: CarriedName): number {
    const count = this.count(name) ?? 0n;
    if (count >= 0n && count <= PORT_MAX) return Number(count);
    this.#misfit(name);
    return 0;
  }

  #value(name: CarriedName): unknown {
    const json = this.#texts.get(name);
    return json === undefined ? undefined : JSON.parse(json);
  }

  #misfit(name: CarriedName): void {
    const member = memberNames.get(name);
    const json = this.#texts.get(name);
    if (member !== undefined && json !== undefined) this.extra.push([member, json]);
  }
}

const PORT_MAX = 65_535n;

const memberNames: ReadonlyMap<string, string> = new Map(
  Object.entries({ ...canonicalJson.paths, ...canonicalJson.carried }),
);
