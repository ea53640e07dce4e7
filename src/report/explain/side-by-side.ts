/** A line of text, with what is to be said beside it of the enforced and of the pending policies. */
export interface Row {
  readonly left: string;
  readonly cells: readonly [enforced: string, pending: string] | null;
}

/** How far lines without cells may reach without moving the cells of others. */
const leftMax = 64;

/** Rows as lines, the cells below each other. */
export function inColumns(rows: readonly Row[]): readonly string[] {
  const lefts = rows.flatMap(({ left, cells }) => (cells === null ? [] : [left.length]));
  const width = Math.min(leftMax, Math.max(0, ...lefts));
  const firsts = rows.map(({ cells }) => cells?.[0].length ?? 0);
  const cellWidth = Math.max(0, ...firsts);
  return rows.map(({ left, cells }) => {
    if (cells === null) return left;
    const [enforced, pending] = cells;
    return `${left.padEnd(width)}  ${enforced.padEnd(cellWidth)}  ${pending}`;
  });
}
