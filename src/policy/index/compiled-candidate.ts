import type { Knowledge } from '../evaluator/facts.ts';
import type { Candidate } from './candidate.ts';
import { readEnd, type EndParts } from './reading-parts.ts';
import { Reach } from './reach.ts';
import type { Reading } from './reading.ts';
import type { IndexTables } from './tables.ts';

/** The only candidate there is: what an end is, and its answers, made when they are first asked for. */
export class CompiledCandidate implements Candidate {
  readonly id: number;
  readonly family: 0 | 4 | 6;
  readonly isWorkload: boolean;
  readonly hasAssumptions: boolean;
  /** The index it belongs to. */
  readonly tables: IndexTables;
  readonly #strictParts: EndParts;
  readonly #assumingParts: EndParts;
  #strict: Reading | null = null;
  #assuming: Reading | null = null;

  constructor(id: number, tables: IndexTables, strict: EndParts, assuming: EndParts) {
    this.id = id;
    this.tables = tables;
    this.family = strict.place.family;
    this.isWorkload = strict.subjects.length > 0;
    this.hasAssumptions =
      strict !== assuming ||
      strict.items.some(({ item, reach }) => item.hasAssumptions || reach === Reach.narrow);
    this.#strictParts = strict;
    this.#assumingParts = assuming;
  }

  reading(knowledge: Knowledge): Reading {
    if (knowledge === 'strict' || !this.hasAssumptions) {
      return (this.#strict ??= readEnd(this.tables, this.#strictParts, 'strict'));
    }
    return (this.#assuming ??= readEnd(this.tables, this.#assumingParts, 'assuming'));
  }
}
