import type { Edge } from '../dialects/core-layout.ts';
import { endOf, startOf } from '../dialects/core-layout.ts';
import { Field, judgedParts } from '../dialects/fields.ts';
import type { Span } from '../dialects/record-core.ts';
import { Op } from './program.ts';
import type { Program } from './program.ts';

/** In which order the fields of a record come, as its schema has them. */
export class FieldOrder {
  readonly #program: Program;
  readonly #ranks = new Map<Edge, number>();
  /** By field: its number among the children of its row, and the row. */
  readonly #places = new Map<number, { readonly row: number; readonly child: number }>();
  readonly #visited = new Set<number>();

  constructor(program: Program) {
    this.#program = program;
    this.#visit(program.root);
  }

  /** Of two edges the one that comes later has the larger number; the end of the record comes last. */
  of(edge: Edge): number {
    return this.#ranks.get(edge) ?? this.#ranks.size;
  }

  /**
   * What tells records apart, for the core: fields that always lie one behind the other are one span. The schema
   * says where each of them ends, so that equal bytes are equal fields.
   */
  judgedSpans(): readonly (readonly Span[])[] {
    const { source, destination, rest } = judgedParts;
    return [source, destination, rest].map((names) =>
      this.#joined(names.map((name) => Field[name])),
    );
  }

  #visit(row: number): void {
    const { ops, firsts, sizes, rows, fields } = this.#program;
    const op = ops[row]!;
    if ((op !== Op.record && op !== Op.union) || this.#visited.has(row)) return;
    this.#visited.add(row);
    for (let child = firsts[row]!; child < firsts[row]! + sizes[row]!; child += 1) {
      const field = fields[child]!;
      if (field >= 0) {
        this.#ranks.set(startOf(field), this.#ranks.size);
        this.#places.set(field, { row, child });
      }
      this.#visit(rows[child]!);
      if (field >= 0) this.#ranks.set(endOf(field), this.#ranks.size);
    }
  }

  #joined(fields: readonly number[]): readonly Span[] {
    const spans: [number, number][] = [];
    const placed = fields
      .flatMap((field) => {
        const place = this.#places.get(field);
        return place === undefined ? [] : { field, ...place };
      })
      .toSorted((a, b) => a.child - b.child);
    for (const [i, { field, row, child }] of placed.entries()) {
      const before = placed[i - 1];
      const last = spans.at(-1);
      const isBehind = before?.row === row && before.child === child - 1;
      if (isBehind && last !== undefined) last[1] = field;
      else spans.push([field, field]);
    }
    return spans;
  }
}
