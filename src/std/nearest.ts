/**
 * The candidate most like `word`, for a did-you-mean; `undefined` if none is like it. Case does not
 * count; one slip in three letters is still alike.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const slipsMax = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let bestSlips = slipsMax + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestSlips) continue;
    const slips = slipsBetween(word.toLowerCase(), candidate.toLowerCase(), bestSlips);
    if (slips < bestSlips) [best, bestSlips] = [candidate, slips];
  }
  return best;
}

/** Letters to add, drop, change or swap with a neighbour; no more than `max` are counted. */
function slipsBetween(a: string, b: string, max: number): number {
  // last[j] = slips between the first i - 1 letters of a and the first j of b; before: one letter less of a.
  let before: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  let lastLeast = 0;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swap = isSwap(a, b, i, j) ? (before[j - 2] ?? 0) + 1 : max;
      row.push(Math.min(change, swap, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    const least = Math.min(...row);
    // What begins with too many slips ends with no fewer.
    if (least >= max && lastLeast >= max) return max;
    [before, last, lastLeast] = [last, row, least];
  }
  return Math.min(max, last[b.length] ?? 0);
}

function isSwap(...[a, b, i, j]: [a: string, b: string, i: number, j: number]): boolean {
  return i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
}
