import { unreachable } from '../../std/assert.ts';
import type { Shape } from '../dialects/shape.ts';
import { findFields } from './find-fields.ts';
import { isPrimitive } from './schema.ts';
import type { RecordSchema, Schema } from './schema.ts';

/** What a row of a program skips. */
export const Op = {
  /** `size` bytes. */
  bytes: 0,
  boolean: 1,
  int: 2,
  long: 3,
  /** One of `size` symbols. */
  enum: 4,
  /** Bytes after their number. */
  blob: 5,
  text: 6,
  /** `size` children from `first`. */
  record: 7,
  union: 8,
  /** Items of row `first`; -1 = they take no bytes. */
  array: 9,
  map: 10,
} as const;

/** A schema as rows of numbers: how to get past what it writes, and where fields are on the way. */
export interface Program {
  readonly root: number;
  /** By row. */
  readonly ops: Int32Array;
  readonly sizes: Int32Array;
  readonly firsts: Int32Array;
  /** By child: its row, and the field that it is, or -1. */
  readonly rows: Int32Array;
  readonly fields: Int32Array;
}

/** `shape` says where in the record its fields are. Values without bytes are left out. */
export function compileProgram(schema: RecordSchema, shape: Shape): Program {
  const compiler = new Compiler();
  const root = compiler.record(schema, shape);
  return compiler.finish(root);
}

class Compiler {
  readonly #ops: number[] = [];
  readonly #sizes: number[] = [];
  readonly #firsts: number[] = [];
  readonly #rows: number[] = [];
  readonly #fields: number[] = [];
  readonly #known = new Map<Schema, number>();
  readonly #areEmpty = new Map<Schema, boolean>();

  finish(root: number): Program {
    return {
      root,
      ops: Int32Array.from(this.#ops),
      sizes: Int32Array.from(this.#sizes),
      firsts: Int32Array.from(this.#firsts),
      rows: Int32Array.from(this.#rows),
      fields: Int32Array.from(this.#fields),
    };
  }

  /** A record of which some fields are looked for has a row of its own. */
  record(schema: RecordSchema, shape: Shape | null): number {
    const row = this.#add(Op.record);
    if (shape === null) this.#known.set(schema, row);
    const members = shape === null ? null : findFields(schema, shape);
    const children = schema.fields.flatMap((field): Child[] => {
      const member = members?.get(field);
      if (member === undefined && this.#isEmpty(field.schema)) return [];
      const child = this.#any(field.schema, member?.shape ?? null);
      return [{ row: child, field: member?.field ?? -1 }];
    });
    return this.#setChildren(row, children);
  }

  #any(schema: Schema, shape: Shape | null): number {
    if (shape !== null) {
      if (schema.kind === 'record') return this.record(schema, shape);
      if (schema.kind === 'union') return this.#union(schema.branches, shape);
    }
    const known = this.#known.get(schema);
    if (known !== undefined) return known;
    const row = this.#anew(schema);
    this.#known.set(schema, row);
    return row;
  }

  #anew(schema: Schema): number {
    if (isPrimitive(schema)) {
      const { op, size } = primitives[schema.kind];
      return this.#add(op, size);
    }
    switch (schema.kind) {
      case 'record':
        return this.record(schema, null);
      case 'union':
        return this.#union(schema.branches, null);
      case 'array':
      case 'map': {
        const row = this.#add(Op[schema.kind]);
        // The key of a map takes a byte at least.
        const isEmpty = this.#isEmpty(schema.items);
        this.#firsts[row] = isEmpty ? NO_ROW : this.#any(schema.items, null);
        return row;
      }
      case 'fixed':
        return this.#add(Op.bytes, schema.size);
      case 'enum':
        return this.#add(Op.enum, schema.symbols.length);
      default:
        return unreachable(schema);
    }
  }

  #union(branches: readonly Schema[], shape: Shape | null): number {
    const row = this.#add(Op.union);
    const children = branches.map((branch) => ({
      row: this.#any(branch, branch.kind === 'record' ? shape : null),
      field: -1,
    }));
    return this.#setChildren(row, children);
  }

  #setChildren(row: number, children: readonly Child[]): number {
    this.#firsts[row] = this.#rows.length;
    this.#sizes[row] = children.length;
    for (const child of children) {
      this.#rows.push(child.row);
      this.#fields.push(child.field);
    }
    return row;
  }

  #add(op: number, size = 0): number {
    this.#sizes.push(size);
    this.#firsts.push(0);
    return this.#ops.push(op) - 1;
  }

  /** Whether no value of the type takes a byte: a long list of such would cost time and no bytes. */
  #isEmpty(schema: Schema): boolean {
    const known = this.#areEmpty.get(schema);
    if (known !== undefined) return known;
    // Holds for a record that is met again inside itself.
    this.#areEmpty.set(schema, false);
    const isEmpty =
      schema.kind === 'null' ||
      (schema.kind === 'fixed' && schema.size === 0) ||
      (schema.kind === 'record' && schema.fields.every((field) => this.#isEmpty(field.schema)));
    this.#areEmpty.set(schema, isEmpty);
    return isEmpty;
  }
}

interface Child {
  readonly row: number;
  readonly field: number;
}

const NO_ROW = -1;

const primitives = {
  null: { op: Op.bytes, size: 0 },
  boolean: { op: Op.boolean, size: 1 },
  int: { op: Op.int, size: 0 },
  long: { op: Op.long, size: 0 },
  float: { op: Op.bytes, size: 4 },
  double: { op: Op.bytes, size: 8 },
  bytes: { op: Op.blob, size: 0 },
  string: { op: Op.text, size: 0 },
} as const;
