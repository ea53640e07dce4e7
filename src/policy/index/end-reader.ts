import { Gap, type Knowledge } from '../evaluator/facts.ts';
import { least, negate } from '../../std/kleene.ts';
import { MAYBE, NO, YES, type Ternary } from '../../std/ternary.ts';
import { getTernary, setTernary, ternaryBits, type TernaryBits } from './ternary-bits.ts';
import type { Item } from './item.ts';
import { findAsChecker } from './checker-sets.ts';
import { findKey } from './key-table.ts';
import { listOf } from './lists.ts';
import { certaintyOfFound, numberOfFound } from './found.ts';
import type { Place } from './place.ts';
import { Reach } from './reach.ts';
import { mergeLists, type PolicyLists } from './policy-lists.ts';
import { Reading } from './reading.ts';
import type { Why } from './selector-answers.ts';
import type { IndexTables } from './tables.ts';

/** An item that is, or may be, at the end's address. */
export interface PlacedItem {
  readonly item: Item;
  /** `Reach`. */
  readonly reach: number;
  readonly certainty: Ternary;
  /** What leaves a `maybe` open. */
  readonly gap: number;
}

export interface EndParts {
  /** The workloads one of which is meant; empty for any other end. */
  readonly subjects: readonly Item[];
  readonly items: readonly PlacedItem[];
  readonly place: Place;
}

/** Puts what is known of an end's items and of its place together. */
export class EndReader {
  readonly tables: IndexTables;
  /** Where the answers are put together before they are copied. */
  readonly #bits: TernaryBits;
  /** What every end shares that leaves no question open. */
  readonly #nothing: Int32Array;

  constructor(tables: IndexTables) {
    this.tables = tables;
    this.#bits = ternaryBits(tables.columns.words);
    this.#nothing = new Int32Array(tables.columns.words);
  }

  read({ subjects, items, place }: EndParts, knowledge: Knowledge): Reading {
    const { columns, services } = this.tables;
    const bits = this.#bits;
    bits.yes.fill(0);
    bits.maybe.fill(0);
    const why = findSelectors(this.tables, items, { bits, knowledge });
    for (const entry of place.columns) {
      setTernary(bits, numberOfFound(entry), certaintyOfFound(entry));
    }
    services.sourceUnknown.forEach((isUnknown, service) => {
      if (isUnknown === 1) setTernary(bits, columns.services + service, MAYBE);
    });
    joinColumns(columns, bits);
    return new Reading({
      columns,
      services,
      yes: bits.yes.slice(),
      maybe: bits.maybe.some((word) => word !== 0) ? bits.maybe.slice() : this.#nothing,
      why,
      placeGap: place.gap,
      ports: [...place.servicePorts, ...namedPorts(this.tables, items, knowledge)],
      portsGap: items.reduce((gap, placed) => gap | portsGapOf(placed), 0),
      ...subjectOf(subjects, knowledge),
    });
  }
}

/** An endpoint whose ports nobody knows is one that the inventory does not hold. */
function portsGapOf({ item, certainty, gap }: PlacedItem): number {
  if (item.ports !== null) return 0;
  return certainty === YES ? Gap.addressOwner : gap;
}

interface Found {
  readonly bits: TernaryBits;
  readonly knowledge: Knowledge;
}

/** Writes which selectors some item of the end matches. Returns what leaves others open. */
function findSelectors(tables: IndexTables, items: readonly PlacedItem[], found: Found): Why[] {
  const { bits, knowledge } = found;
  const offset = tables.columns.selectors / 32;
  const why: Why[] = [];
  for (const { item, certainty, gap } of items) {
    const answers = item.answers(knowledge);
    addAnswers(bits, offset, { answers, certainty });
    if (certainty === YES) why.push(...answers.why);
    else why.push({ gap, columns: answers.yes.map((word, i) => word | answers.maybe[i]!) });
  }
  if (items.some(({ reach }) => reach === Reach.narrow)) {
    const reached = items.map((one) => ({ ...one, answers: one.item.answers(knowledge) }));
    const missed = findAsChecker(bits, offset, reached);
    // Unless it may be assumed that the checker is right, both are followed.
    if (tables.options.mode === 'enforcement' && knowledge === 'strict') {
      missed.forEach((word, i) => (bits.maybe[offset + i] = bits.maybe[offset + i]! | word));
      why.push({ gap: Gap.addressOwnerAssumed, columns: missed });
    }
  }
  return why;
}

interface Counted {
  readonly answers: TernaryBits;
  readonly certainty: Ternary;
}

/** What one item is certain of need not be open for another. */
function addAnswers({ yes, maybe }: TernaryBits, offset: number, { answers, certainty }: Counted) {
  for (let i = 0; i < answers.yes.length; i++) {
    const at = offset + i;
    if (certainty === YES) yes[at] = yes[at]! | answers.yes[i]!;
    else maybe[at] = maybe[at]! | answers.yes[i]!;
    maybe[at] = (maybe[at]! | answers.maybe[i]!) & ~yes[at]!;
  }
}

/** Fills in the columns whose parts must hold together. */
function joinColumns({ joint, parts }: IndexTables['columns'], bits: TernaryBits): void {
  for (let i = 0; i < parts.starts.length - 1; i++) {
    let answer: Ternary = YES;
    for (const part of listOf(parts, i)) {
      const one = getTernary(bits, part >>> 1);
      answer = least(answer, (part & 1) === 0 ? one : negate(one));
    }
    setTernary(bits, joint + i, answer);
  }
}

/** The ports of the items that rules ask for by name (semantics 4.5). */
function namedPorts(
  { services, columns }: IndexTables,
  items: readonly PlacedItem[],
  knowledge: Knowledge,
): number[] {
  const found: number[] = [];
  for (const { item, certainty } of items) {
    const ports = item.ports ?? NO_PORTS;
    for (let i = 0; i < ports.length; i += 3) {
      const name = findKey(services.portNames, [ports[i]!]);
      for (const question of listOf(services.byPortName, name)) {
        const column = services.questionColumn[question]!;
        const owns =
          column === ALWAYS_COLUMN
            ? YES
            : getTernary(item.answers(knowledge), (column >>> 1) - columns.selectors);
        const answer = least(certainty, owns);
        if (answer !== NO) found.push(question, ports[i + 1]! * 65_536 + ports[i + 2]!, answer);
      }
    }
  }
  return found;
}

const NO_PORTS = new Int32Array(0);
const ALWAYS_COLUMN = 1;

function subjectOf(subjects: readonly Item[], knowledge: Knowledge) {
  const lists = subjects.map((item) => item.policies(knowledge));
  const policies: PolicyLists = {
    ingress: mergeLists(lists.map(({ ingress }) => ingress)),
    egress: mergeLists(lists.map(({ egress }) => egress)),
  };
  const profiles = subjects.map((item) => item.profiles);
  const subjectWhy = subjects.flatMap((item) => item.answers(knowledge).why);
  return {
    policies,
    subjectWhy,
    profiles: profiles.every((one) => one !== null) ? profiles : null,
  };
}
