import type { Row } from '../run/rows.ts';

/** A figure that must stay under a target: `ratio` is by how much it does. */
export function under(target: number, row: Pick<Row, 'name' | 'unit' | 'value'>): Row {
  const peer = `the target, ${target} ${row.unit}`;
  return { ...row, better: 'less', peer, ratio: target / row.value };
}
