import type { PortList } from '../resources/model.ts';
import { packLists, type Lists } from './lists.ts';

/** Numbers distinct sets of ports. Set 0 is every port, set 1 is none. */
export class PortSetBuilder {
  readonly #numbers = new Map<string, number>();
  readonly #sets: number[][] = [];

  constructor() {
    this.#add([[0, PORT_MAX]]);
    this.#add([]);
  }

  /** The numeric part of a list; no list is every port. */
  ofList(list: PortList | null): number {
    return list === null ? ALL_PORTS : this.#add(merged(list.ranges));
  }

  /** The numeric part of `list` without that of `except`. */
  ofDifference(list: PortList | null, except: PortList | null): number {
    const ranges = list === null ? [[0, PORT_MAX] as const] : merged(list.ranges);
    const holes = except === null ? [] : merged(except.ranges);
    return this.#add(ranges.flatMap((range) => without(range, holes)));
  }

  finish(): Lists {
    return packLists(this.#sets);
  }

  #add(ranges: readonly Range[]): number {
    const flat = ranges.flat();
    const key = flat.join();
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#sets.length;
    this.#numbers.set(key, number);
    this.#sets.push(flat);
    return number;
  }
}

export const ALL_PORTS = 0;
export const NO_PORTS = 1;

type Range = readonly [low: number, high: number];

const PORT_MAX = 65_535;

/** Sorted, overlapping and neighbouring ranges joined. */
function merged(ranges: readonly Range[]): Range[] {
  const result: [low: number, high: number][] = [];
  for (const [low, high] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else result.push([low, high]);
  }
  return result;
}

/** What is left of a range between sorted holes. */
function without([low, high]: Range, holes: readonly Range[]): Range[] {
  const rest: Range[] = [];
  let from = low;
  for (const [start, end] of holes) {
    if (end < from || start > high) continue;
    if (start > from) rest.push([from, start - 1]);
    from = end + 1;
  }
  if (from <= high) rest.push([from, high]);
  return rest;
}
