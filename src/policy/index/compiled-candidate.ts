import type { Knowledge } from '../evaluator/facts.ts';
import type { Candidate } from './candidate.ts';
import type { EndParts, EndReader } from './end-reader.ts';
import { Reach } from './reach.ts';
import type { Reading } from './reading.ts';
import type { IndexTables } from './tables.ts';

/** The only candidate there is: what an end is, and its answers, made when they are first asked for. */
export class CompiledCandidate implements Candidate {
  readonly id: number;
  readonly family: 0 | 4 | 6;
  readonly isWorkload: boolean;
  readonly hasAssumptions: boolean;
  readonly #reader: EndReader;
  readonly #strictParts: EndParts;
  readonly #assumingParts: EndParts;
  #strict: Reading | null = null;
  #assuming: Reading | null = null;

  constructor(id: number, reader: EndReader, strict: EndParts, assuming: EndParts) {
    this.id = id;
    this.#reader = reader;
    this.family = strict.place.family;
    this.isWorkload = strict.subjects.length > 0;
    this.hasAssumptions =
      strict !== assuming ||
      strict.items.some(({ item, reach }) => item.hasAssumptions || reach === Reach.narrow);
    this.#strictParts = strict;
    this.#assumingParts = assuming;
  }

  /** The index it belongs to. */
  get tables(): IndexTables {
    return this.#reader.tables;
  }

  reading(knowledge: Knowledge): Reading {
    if (knowledge === 'strict' || !this.hasAssumptions) {
      return (this.#strict ??= this.#reader.read(this.#strictParts, 'strict'));
    }
    return (this.#assuming ??= this.#reader.read(this.#assumingParts, 'assuming'));
  }
}
