import { listOf } from './lists.ts';
import { TagSort, type AddressSpaceTables } from './tables.ts';

/** Everything that is said of the addresses of a class. */
export function tagsOf(space: AddressSpaceTables, start: number): readonly number[] {
  const tags: number[] = [];
  for (let at = start; at >= 0; at = space.classParent[at] ?? -1) {
    for (const tag of listOf(space.classTags, at)) tags.push(tag);
  }
  return tags;
}

export function isTagged(space: AddressSpaceTables, start: number, sort: number): boolean {
  return tagsOf(space, start).some((tag) => space.tagSort[tag] === sort);
}

/** The network sets that hold the addresses of a class, with the lengths of their prefixes there. */
export function setsAt(
  space: AddressSpaceTables,
  start: number,
): ReadonlyMap<number, readonly number[]> {
  const sets = new Map<number, number[]>();
  for (const tag of tagsOf(space, start)) {
    if (space.tagSort[tag] !== TagSort.networkSet) continue;
    const set = space.tagNumber[tag] ?? 0;
    const lengths = sets.get(set) ?? [];
    sets.set(set, lengths);
    lengths.push(space.tagLength[tag] ?? 0);
  }
  return sets;
}
