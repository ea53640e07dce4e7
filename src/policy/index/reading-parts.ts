import { Gap, type Knowledge } from '../evaluator/facts.ts';
import { least } from '../../std/kleene.ts';
import { MAYBE, NO, YES, type Ternary } from '../../std/ternary.ts';
import { getTernary, setTernary, ternaryBits, type TernaryBits } from './bits.ts';
import type { Item } from './item.ts';
import { findKey } from './key-table.ts';
import { listOf } from './lists.ts';
import type { Place } from './place.ts';
import { Members } from './reach.ts';
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
export function readEnd(
  tables: IndexTables,
  { subjects, items, place }: EndParts,
  knowledge: Knowledge,
): Reading {
  const { columns, services } = tables;
  const bits = ternaryBits(columns.words);
  const why = findSelectors(tables, items, { bits, knowledge });
  copyTernary(bits, columns.nets / 32, place.nets);
  copyTernary(bits, columns.services / 32, place.services);
  services.sourceUnknown.forEach((isUnknown, service) => {
    if (isUnknown === 1) setTernary(bits, columns.services + service, MAYBE);
  });
  return new Reading({
    columns,
    services,
    bits,
    why,
    placeGap: place.gap,
    ports: [...place.servicePorts, ...namedPorts(tables, items, knowledge)],
    portsGap: items.reduce((gap, placed) => gap | portsGapOf(placed), 0),
    ...subjectOf(subjects, knowledge),
  });
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
function findSelectors(
  { options, columns, selectors }: IndexTables,
  items: readonly PlacedItem[],
  { bits, knowledge }: Found,
): Why[] {
  const offset = columns.selectors / 32;
  const members = new Members(Math.ceil(selectors.roots.length / 32));
  const why: Why[] = [];
  for (const { item, reach, certainty, gap } of items) {
    const answers = item.answers(knowledge);
    members.add(answers, reach, certainty);
    why.push(...answers.why);
    if (certainty !== YES) {
      why.push({ gap, columns: answers.yes.map((word, i) => word | answers.maybe[i]!) });
    }
  }
  members.find(bits, offset);
  // The dataplane finds more than the checker. Both are followed unless knowledge may be assumed.
  if (options.mode === 'enforcement' && knowledge === 'strict') {
    why.push({ gap: Gap.addressOwnerAssumed, columns: members.openMissed(bits, offset) });
  }
  return why;
}

function copyTernary(bits: TernaryBits, offset: number, { yes, maybe }: TernaryBits): void {
  bits.yes.set(yes, offset);
  bits.maybe.set(maybe, offset);
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
