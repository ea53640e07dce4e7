import type { RecordCore } from '../dialects/record-core.ts';
import { Op } from './program.ts';
import type { Program } from './program.ts';

/** How many bytes a program takes in the core, at most. */
export function programBytes({ ops, rows }: Program): number {
  return ROW * ops.length + CHILD * rows.length + MARGIN;
}

/** Lays a program down as `assembly/skip.ts` follows it, and returns where its root is. */
export function addProgram(core: RecordCore, program: Program): number {
  const { root, ops, sizes, firsts, rows, fields } = program;
  const { words } = core;
  const rowsAt = core.reserve(ROW * ops.length);
  const childrenAt = core.reserve(CHILD * rows.length);
  const rowAt = (row: number): number => (row < 0 ? 0 : rowsAt + ROW * row);
  for (const [row, op] of ops.entries()) {
    const first = firsts[row]!;
    const hasItems = op === Op.array || op === Op.map;
    words.setUint32(rowAt(row), op, true);
    words.setUint32(rowAt(row) + 4, sizes[row]!, true);
    words.setUint32(rowAt(row) + 8, hasItems ? rowAt(first) : childrenAt + CHILD * first, true);
  }
  for (const [child, row] of rows.entries()) {
    const field = fields[child]!;
    words.setUint32(childrenAt + CHILD * child, rowAt(row), true);
    words.setInt32(childrenAt + CHILD * child + 4, field < 0 ? -1 : 8 * field, true);
  }
  return rowAt(root);
}

const ROW = 12;
const CHILD = 8;
const MARGIN = 64;
