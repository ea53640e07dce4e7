import type { Knowledge } from '../evaluator/facts.ts';
import { YES, type Ternary } from '../../std/ternary.ts';
import type { PolicyRef } from '../hit.ts';
import type { Candidate } from './candidate.ts';
import type { EndParts, EndReader } from './end-reader.ts';
import { Reach } from './reach.ts';
import type { Item } from './item.ts';
import type { Reading } from './reading.ts';
import type { IndexTables } from './tables.ts';

/** The only candidate there is: what an end is, and its answers, made when they are first asked for. */
export class CompiledCandidate implements Candidate {
  readonly id: number;
  readonly family: 0 | 4 | 6;
  readonly isWorkload: boolean;
  readonly hasAssumptions: boolean;
  /** What policies touch it, once that was asked. */
  readonly touching: { ingress: readonly PolicyRef[] | null; egress: readonly PolicyRef[] | null };
  readonly #reader: EndReader;
  readonly #strictParts: EndParts;
  readonly #assumingParts: EndParts;
  #strict: Reading | null = null;
  #assuming: Reading | null = null;

  constructor(id: number, reader: EndReader, { strict, assuming }: Parts) {
    this.id = id;
    this.touching = { ingress: null, egress: null };
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

  parts(knowledge: Knowledge): EndParts {
    return knowledge === 'strict' ? this.#strictParts : this.#assumingParts;
  }

  itemsOf(knowledge: Knowledge): readonly Item[] {
    const { subjects, items } = this.parts(knowledge);
    return [...new Set([...subjects, ...items.map(({ item }) => item)])];
  }

  /** The same end with other items in the place of its own; this one where none changes. */
  withItems(id: number, otherOf: OtherOf): CompiledCandidate {
    const strict = withItems(this.#strictParts, otherOf);
    if (strict === this.#strictParts) return this;
    const isOne = this.#strictParts === this.#assumingParts;
    const assuming = isOne ? strict : withItems(this.#assumingParts, otherOf);
    return new CompiledCandidate(id, this.#reader, { strict, assuming });
  }

  reading(knowledge: Knowledge): Reading {
    if (knowledge === 'strict' || !this.hasAssumptions) {
      return (this.#strict ??= this.#reader.read(this.#strictParts, 'strict'));
    }
    return (this.#assuming ??= this.#reader.read(this.#assumingParts, 'assuming'));
  }
}

/** An end on facts alone, and with the assumptions; the same object where nothing is assumed. */
interface Parts {
  readonly strict: EndParts;
  readonly assuming: EndParts;
}

type OtherOf = (item: Item, certainty: Ternary) => Item;

function withItems(parts: EndParts, otherOf: OtherOf): EndParts {
  const subjects = parts.subjects.map((item) => otherOf(item, YES));
  const items = parts.items.map((placed) => ({
    ...placed,
    item: otherOf(placed.item, placed.certainty),
  }));
  const isSame =
    subjects.every((item, place) => item === parts.subjects[place]) &&
    items.every(({ item }, place) => item === parts.items[place]?.item);
  return isSame ? parts : { ...parts, subjects, items };
}
