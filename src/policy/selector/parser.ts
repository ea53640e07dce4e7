import { compareUtf8 } from '../../std/utf8-order.ts';
import type { LabelTest, Selector } from './ast.ts';
import { selectorLimits, tokenize, type Token, type TokenKind } from './tokenizer.ts';

/**
 * Reads a selector (semantics 3.2). Blank text means `all()`. Never throws: trouble is a value with
 * `kind: 'error'`.
 */
export function parseSelector(text: string): Selector | SelectorError {
  return new Parser(tokenize(text)).whole();
}

/** What is wrong with a selector's text, and at which column (from 1). */
export interface SelectorError {
  readonly kind: 'error';
  readonly message: string;
  readonly column: number;
}

type Parsed = Selector | SelectorError;
type ValueTest = Extract<LabelTest, { value: string }>['kind'];
type ListTest = Extract<LabelTest, { values: readonly string[] }>['kind'];

const valueTests = new Map<TokenKind, ValueTest>([
  ['==', 'eq'],
  ['!=', 'ne'],
  ['contains', 'contains'],
  ['starts with', 'startsWith'],
  ['ends with', 'endsWith'],
]);

const listTests = new Map<TokenKind, ListTest>([
  ['in', 'in'],
  ['not in', 'notIn'],
]);

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Parsed {
    if (this.#peek().kind === 'end') return { kind: 'all' };
    const selector = this.#or();
    if (selector.kind === 'error' || this.#peek().kind === 'end') return selector;
    return this.#unexpected('`&&`, `||` or the end');
  }

  #or(): Parsed {
    return this.#list('or', '||', () => this.#list('and', '&&', () => this.#unary()));
  }

  #list(kind: 'and' | 'or', operator: TokenKind, operand: () => Parsed): Parsed {
    const operands: Selector[] = [];
    do {
      const next = operand();
      if (next.kind === 'error') return next;
      operands.push(next);
    } while (this.#take(operator) !== null);
    const [only] = operands;
    return operands.length === 1 && only !== undefined ? only : { kind, operands };
  }

  #unary(): Parsed {
    let isNegated = false;
    while (this.#take('!') !== null) isNegated = !isNegated;
    const operand = this.#primary();
    return isNegated && operand.kind !== 'error' ? { kind: 'not', operand } : operand;
  }

  #primary(): Parsed {
    const key = this.#take('key');
    if (key !== null) return this.#comparison(key.text);
    if (this.#take('has(') !== null) return this.#has();
    if (this.#take('all(') !== null) return this.#closed({ kind: 'all' });
    if (this.#take('global(') !== null) return this.#closed({ kind: 'global' });
    const open = this.#take('(');
    return open === null ? this.#unexpected('a key, `has(…)`, `all()` or `(`') : this.#group(open);
  }

  #group(open: Token): Parsed {
    if (this.#depth >= selectorLimits.depth) {
      const message = `parentheses may be nested at most ${selectorLimits.depth} deep`;
      return { kind: 'error', message, column: open.column };
    }
    this.#depth += 1;
    const inner = this.#or();
    this.#depth -= 1;
    return inner.kind === 'error' ? inner : this.#closed(inner);
  }

  #has(): Parsed {
    const key = this.#take('key');
    return key === null ? this.#unexpected('a key') : this.#closed({ kind: 'has', key: key.text });
  }

  #closed(selector: Selector): Parsed {
    return this.#take(')') === null ? this.#unexpected('`)`') : selector;
  }

  #comparison(key: string): Parsed {
    const operator = this.#peek().kind;
    const valueTest = valueTests.get(operator);
    if (valueTest !== undefined) return this.#value(valueTest, key);
    const listTest = listTests.get(operator);
    if (listTest !== undefined) return this.#values(listTest, key);
    return this.#unexpected(`an operator after the key \`${key}\``);
  }

  #value(kind: ValueTest, key: string): Parsed {
    this.#at += 1;
    const value = this.#take('string');
    return value === null ? this.#unexpected('a quoted string') : { kind, key, value: value.text };
  }

  #values(kind: ListTest, key: string): Parsed {
    this.#at += 1;
    if (this.#take('{') === null) return this.#unexpected('`{`');
    const values = new Set<string>();
    let value = this.#take('string');
    while (value !== null) {
      values.add(value.text);
      value = this.#take(',') === null ? null : this.#take('string');
    }
    if (this.#take('}') === null) return this.#unexpected('a quoted string, `,` or `}`');
    return { kind, key, values: [...values].toSorted(compareUtf8) };
  }

  #peek(): Token {
    const token = this.#tokens[this.#at];
    return token ?? { kind: 'end', text: '', column: 1 };
  }

  #take(kind: TokenKind): Token | null {
    const token = this.#peek();
    if (token.kind !== kind) return null;
    this.#at += 1;
    return token;
  }

  #unexpected(wanted: string): SelectorError {
    const { kind, text, column } = this.#peek();
    if (kind === 'bad') return { kind: 'error', message: text, column };
    return { kind: 'error', message: `expected ${wanted}, found ${named(kind, text)}`, column };
  }
}

function named(kind: TokenKind, text: string): string {
  if (kind === 'end') return 'the end';
  if (kind === 'string') return 'a string';
  return kind === 'key' ? `\`${text}\`` : `\`${kind}\``;
}
