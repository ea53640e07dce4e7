/** How the rows of one file fared. */
export interface FileResult {
  readonly total: number;
  readonly failures: readonly Failure[];
}

export interface Failure {
  readonly row: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** Compares the answer to each row, exceptions included, with the expected one as JSON. */
export function checkRows<Row>(
  rows: readonly Row[],
  check: {
    readonly name: (row: Row, index: number) => string;
    readonly expected: (row: Row) => unknown;
    readonly actual: (row: Row) => unknown;
  },
): FileResult {
  const failures: Failure[] = [];
  for (const [index, row] of rows.entries()) {
    const expected = check.expected(row);
    const actual = attempt(() => check.actual(row));
    if (JSON.stringify(actual) === JSON.stringify(expected)) continue;
    failures.push({ row: check.name(row, index), expected, actual });
  }
  return { total: rows.length, failures };
}

function attempt(answer: () => unknown): unknown {
  try {
    return answer();
  } catch (error) {
    return { thrown: String(error) };
  }
}
