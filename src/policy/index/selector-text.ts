import { formatSelector } from '../selector/format.ts';
import type { Selector } from '../selector/ast.ts';
import { SelectorOp } from './selector-code.ts';
import type { StringTable } from './strings.ts';
import type { SelectorTables } from './tables.ts';

/** The text that a selector's program came from, as far as the program tells. */
export function selectorText(
  tables: SelectorTables,
  strings: StringTable,
  selector: number,
): string {
  const text = formatSelector(new Decompiler(tables, strings).at(tables.roots[selector] ?? 0));
  return text.startsWith('(') ? text.slice(1, -1) : text;
}

const comparisons = new Map<number, 'contains' | 'startsWith' | 'endsWith'>([
  [SelectorOp.contains, 'contains'],
  [SelectorOp.startsWith, 'startsWith'],
  [SelectorOp.endsWith, 'endsWith'],
]);

class Decompiler {
  readonly #tables: SelectorTables;
  readonly #strings: StringTable;

  constructor(tables: SelectorTables, strings: StringTable) {
    this.#tables = tables;
    this.#strings = strings;
  }

  at(place: number): Selector {
    const { code } = this.#tables;
    const [op = 0, operand = 0] = code.subarray(place);
    if (op === SelectorOp.all) return { kind: 'all' };
    if (op === SelectorOp.not) return { kind: 'not', operand: this.at(operand) };
    if (op === SelectorOp.and || op === SelectorOp.or) {
      const places = code.subarray(place + 2, place + 2 + operand);
      const operands = Array.from(places, (one) => this.at(one));
      return { kind: op === SelectorOp.and ? 'and' : 'or', operands };
    }
    return this.#test(op, this.#keyAt(operand), code.subarray(place + 2));
  }

  #test(op: number, key: string, rest: Int32Array): Selector {
    if (op === SelectorOp.has) return { kind: 'has', key };
    const [first = 0] = rest;
    const comparison = comparisons.get(op);
    if (comparison !== undefined) {
      return { kind: comparison, key, value: this.#strings.textOf(first) };
    }
    const values = Array.from(rest.subarray(1, 1 + first), (text) => this.#strings.textOf(text));
    const [value] = values;
    return values.length === 1 && value !== undefined
      ? { kind: 'eq', key, value }
      : { kind: 'in', key, values };
  }

  #keyAt(key: number): string {
    return this.#strings.textOf(this.#tables.keys.keys[key] ?? 0);
  }
}
