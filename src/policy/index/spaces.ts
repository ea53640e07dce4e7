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

/** By class, the class at or around it that differs from it in lists of nets at most. */
export function groundsOf({ classParent, classTags, tagSort }: AddressSpaceTables): Int32Array {
  const grounds = new Int32Array(classParent.length);
  // A class comes after the one around it.
  for (let at = 0; at < grounds.length; at++) {
    const parent = classParent[at] ?? -1;
    const isGround =
      parent < 0 || listOf(classTags, at).some((tag) => tagSort[tag] !== TagSort.nets);
    grounds[at] = isGround ? at : (grounds[parent] ?? 0);
  }
  return grounds;
}

/** How many of the classes, a class as often as it is named, each list of nets holds. */
export function countNets(
  { classParent, classTags, tagSort, tagNumber }: AddressSpaceTables,
  classes: readonly number[],
): ReadonlyMap<number, number> {
  const within = classesWithin(classParent, classes);
  const counts = new Map<number, number>();
  for (const [at, count] of within.entries()) {
    if (count === 0) continue;
    for (const tag of listOf(classTags, at)) {
      if (tagSort[tag] !== TagSort.nets) continue;
      const nets = tagNumber[tag] ?? 0;
      // INVARIANT: no class around this one has the tag, too.
      counts.set(nets, (counts.get(nets) ?? 0) + count);
    }
  }
  return counts;
}

/** By class, how many of these lie in it. */
function classesWithin(classParent: Int32Array, classes: readonly number[]): Float64Array {
  const within = new Float64Array(classParent.length);
  for (const one of classes) within[one] = (within[one] ?? 0) + 1;
  // A class comes after the one around it.
  for (let at = within.length - 1; at >= 0; at--) {
    const parent = classParent[at] ?? -1;
    if (parent >= 0) within[parent] = (within[parent] ?? 0) + (within[at] ?? 0);
  }
  return within;
}
