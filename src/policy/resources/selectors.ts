import type { Selector } from '../selector/ast.ts';
import { formatSelector } from '../selector/format.ts';
import { parseSelector } from '../selector/parser.ts';
import { prefixKeys } from '../selector/rewrite.ts';
import { selectorLimits } from '../selector/tokenizer.ts';
import type { SelectorError } from '../selector/parser.ts';
import type { Fields } from './fields.ts';
import { shown } from './shown.ts';

/** Prefixes of the labels that endpoints inherit (semantics 2.1). */
export const inherited = { namespace: 'pcns.', serviceAccount: 'pcsa.' } as const;

/** Reads selectors for one decoding; equal texts are read once and share their tree. */
export class Selectors {
  readonly #read = new Map<string, Selector | SelectorError>();
  readonly #prefixed = new Map<string, string>();

  parse(text: string): Selector | SelectorError {
    let selector = this.#read.get(text);
    if (selector === undefined) {
      selector = parseSelector(text);
      this.#read.set(text, selector);
    }
    return selector;
  }

  /**
   * Canonical text with `prefix` before every key. Empty if the text does not parse, which makes
   * Felix forget the criterion (semantics 1.14).
   */
  prefixed(text: string, prefix: string): string {
    const key = prefix + text;
    let prefixed = this.#prefixed.get(key);
    if (prefixed === undefined) {
      const selector = this.parse(text);
      prefixed = selector.kind === 'error' ? '' : formatSelector(prefixKeys(selector, prefix));
      this.#prefixed.set(key, prefixed);
    }
    return prefixed;
  }

  /** Checks the selector text of the member `name`; false if it was reported as `defect`. */
  check(fields: Fields, name: string, defect: 'broken' | 'refused'): boolean {
    const text = fields.text(name);
    const selector = this.parse(text);
    if (selector.kind === 'error') {
      const message = `${shown(text)} is no selector: ${selector.message} (column ${selector.column})`;
      fields.report(defect, name, { message });
      return false;
    }
    if (nesting(text) <= nestingMax) return true;
    fields.report('broken', name, { message: `more than ${nestingMax} parentheses nested` });
    return false;
  }
}

/** Room for the parentheses that the conversions below add. */
const nestingMax = selectorLimits.depth - 8;

/** How deep parentheses are nested, those inside quotes counted too. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const bracket of text.match(/[()]/g) ?? []) {
    depth += bracket === '(' ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
