import { assert } from '../../std/assert.ts';
import { YES } from '../../std/ternary.ts';
import type { Knowledge } from '../evaluator/facts.ts';
import type { LabelLookup } from '../selector/decisive.ts';
import type { Candidate } from './candidate.ts';
import { CompiledCandidate } from './compiled-candidate.ts';
import type { Item } from './item.ts';

/** Something that is at one end of a connection, for people to see why selectors take it or not. */
export interface EndItem {
  /** Certainly; else it may be. */
  readonly isCertain: boolean;
  readonly labelOf: LabelLookup;
}

/** The workloads one of which the end is; empty if it is none. */
export function subjectsOf(end: Candidate, knowledge: Knowledge): readonly EndItem[] {
  assert(end instanceof CompiledCandidate, 'a candidate of another kind');
  return end.parts(knowledge).subjects.map((item) => asSeen(item, true, knowledge));
}

/** Whatever owns the address of the end, or holds it. */
export function itemsAt(end: Candidate, knowledge: Knowledge): readonly EndItem[] {
  assert(end instanceof CompiledCandidate, 'a candidate of another kind');
  const { items } = end.parts(knowledge);
  return items.map(({ item, certainty }) => asSeen(item, certainty === YES, knowledge));
}

function asSeen(item: Item, isCertain: boolean, knowledge: Knowledge): EndItem {
  return { isCertain, labelOf: (key) => item.labelOf(key, knowledge) };
}
