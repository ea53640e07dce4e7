import type { IndexTables } from './tables.ts';

/**
 * Numbers the times (ms since 1970, `null` = not known) so that two with the same number stand in the
 * same relation, before, at or after, to every time stamp of the inventory.
 */
export function timeClassesOf(tables: IndexTables): (timeMs: number | null) => number {
  const { endpoints, hosts, networkSets } = tables;
  const stamps = Float64Array.from(
    new Set([
      ...endpoints.createdMs,
      ...hosts.createdMs,
      ...hosts.certainMs,
      ...networkSets.certainMs,
    ]),
  )
    .filter((stamp) => Number.isFinite(stamp))
    .toSorted();
  return (timeMs) => {
    if (timeMs === null) return 0;
    let low = 0;
    let high = stamps.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((stamps[middle] ?? Infinity) < timeMs) low = middle + 1;
      else high = middle;
    }
    return 1 + 2 * low + (stamps[low] === timeMs ? 1 : 0);
  };
}
