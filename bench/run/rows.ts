/** One figure. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly better: 'more' | 'less';
  /** What it is compared with, and how many times better it is: the median over pairs. */
  readonly peer?: string;
  readonly ratio?: number;
}

/** For people: a table; for programs: one JSON object a line. */
export function formatRows(rows: readonly Row[], asJson: boolean): string {
  if (asJson) return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const lines = rows.map(({ name, unit, value, peer, ratio }) => [
    name,
    value.toLocaleString('en', { maximumSignificantDigits: 4 }),
    unit,
    ratio === undefined ? '' : `${ratio.toFixed(2)} × ${peer}`,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map(([name = '', value = '', unit = '', ratio = '']) =>
      `${name.padEnd(widths[0]!)}  ${value.padStart(widths[1]!)} ${unit.padEnd(widths[2]!)}  ${ratio}`.trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** The middle one; of two, their mean. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}
