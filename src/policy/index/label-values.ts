import { forEachBit } from './bits.ts';
import { SelectorOp } from './selector-code.ts';
import type { StringTable } from './strings.ts';
import type { SelectorTables } from './tables.ts';

/** Values of one label that are told apart; beyond, the label stays unknown. */
const VALUES_MAX = 64;

/**
 * One value for each way in which labels of these keys, of one value, can answer these selectors (as bits): every text they name, and
 * for every other text one that passes the same tests of its parts. `null` where there are more than
 * `VALUES_MAX`.
 */
export function valuesThatMatter(
  tables: SelectorTables,
  strings: StringTable,
  {
    keys,
    selectors,
  }: { readonly keys: readonly number[]; readonly selectors: readonly Int32Array[] },
): readonly string[] | null {
  const operands = new Operands();
  for (const some of selectors) {
    forEachBit(some, (selector) => {
      collect(tables.code, tables.roots[selector] ?? 0, { keys, operands, strings });
    });
  }
  return operands.values();
}

/** What selectors compare one label with. */
class Operands {
  readonly #whole = new Set<string>();
  readonly #parts = new Set<string>();
  readonly #starts = new Set<string>();
  readonly #ends = new Set<string>();

  add(op: number, operand: string): void {
    if (op === SelectorOp.in) this.#whole.add(operand);
    else if (op === SelectorOp.contains) this.#parts.add(operand);
    else if (op === SelectorOp.startsWith) this.#starts.add(operand);
    else this.#ends.add(operand);
  }

  /**
   * Between a start, an end and parts stands a sign that no operand has: such a text passes the tests of
   * those operands, and beside them only those that whatever passes these passes too.
   */
  values(): readonly string[] | null {
    const { size } = this.#parts;
    const count = (1 + this.#starts.size) * (1 + this.#ends.size) * 2 ** size;
    if (count + this.#whole.size > VALUES_MAX) return null;
    const gap = unheardOf(
      [...this.#whole, ...this.#parts, ...this.#starts, ...this.#ends].join(''),
    );
    const middles = subsets([...this.#parts]).map((parts) => [gap, ...parts, gap].join(gap));
    const others = ['', ...this.#starts].flatMap((start) =>
      middles.flatMap((middle) => ['', ...this.#ends].map((end) => `${start}${middle}${end}`)),
    );
    return [...new Set([...this.#whole, ...others])];
  }
}

const COMPARISONS: ReadonlySet<number> = new Set([
  SelectorOp.in,
  SelectorOp.contains,
  SelectorOp.startsWith,
  SelectorOp.endsWith,
]);

interface Collected {
  readonly keys: readonly number[];
  readonly operands: Operands;
  readonly strings: StringTable;
}

function collect(code: Int32Array, at: number, into: Collected): void {
  const op = code[at] ?? 0;
  const first = code[at + 1] ?? 0;
  if (op === SelectorOp.not) collect(code, first, into);
  if (op === SelectorOp.and || op === SelectorOp.or) {
    for (const operand of code.subarray(at + 2, at + 2 + first)) collect(code, operand, into);
  }
  if (!COMPARISONS.has(op) || !into.keys.includes(first)) return;
  const second = code[at + 2] ?? 0;
  const texts = op === SelectorOp.in ? code.subarray(at + 3, at + 3 + second) : [second];
  for (const text of texts) into.operands.add(op, into.strings.textOf(text));
}

function subsets(texts: readonly string[]): readonly (readonly string[])[] {
  return texts.reduce<readonly (readonly string[])[]>(
    (some, text) => [...some, ...some.map((one) => [...one, text])],
    [[]],
  );
}

/** A sign that the text does not hold. */
function unheardOf(text: string): string {
  let code = 0;
  while (text.includes(String.fromCharCode(code))) code++;
  return String.fromCharCode(code);
}
