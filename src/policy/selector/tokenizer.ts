export type TokenKind =
  | (typeof operators)[number]
  | (typeof calls)[number]
  | (typeof words)[number]['kind']
  | 'key'
  | 'string'
  | 'end';

/** `text` is the key, or what stands between the quotes. Columns count characters from 1. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly column: number;
}

/** What is wrong with a selector's text, and at which column (from 1). */
export interface SelectorError {
  readonly kind: 'error';
  readonly message: string;
  readonly column: number;
}

export const selectorLimits = {
  /** Characters of a whole selector. */
  text: 65_536,
  /** Characters of one label key. */
  key: 512,
  /** Parentheses within parentheses. */
  depth: 64,
} as const;

const operators = ['==', '!=', '&&', '||', '!', '(', ')', '{', '}', ','] as const;
const calls = ['has(', 'all(', 'global('] as const;

/** The words that may follow a key. Everywhere else they are keys themselves. */
const words = [
  { kind: 'contains', pattern: /contains(?![\w./-])/y },
  { kind: 'starts with', pattern: /starts[ \t]*with(?![\w./-])/y },
  { kind: 'ends with', pattern: /ends[ \t]*with(?![\w./-])/y },
  { kind: 'not in', pattern: /not[ \t]*in(?![\w./-])/y },
  { kind: 'in', pattern: /in(?![\w./-])/y },
] as const;

const blanks = /[ \t]*/y;
const key = /[\w./-]+/y;
const literal = /"[^"]*"|'[^']*'/y;

/** Splits a selector into tokens, the last of which is `end` (semantics 3.1). */
export function tokenize(text: string): readonly Token[] | SelectorError {
  if (text.length > selectorLimits.text) {
    return errorAt(0, `a selector may have at most ${selectorLimits.text} characters`);
  }
  const tokens: Token[] = [];
  let at = lengthAt(blanks, text, 0);
  while (at < text.length) {
    const next = nextToken(text, at, tokens.at(-1)?.kind === 'key');
    if (next.token.kind === 'error') return next.token;
    tokens.push(next.token);
    at += next.length;
    at += lengthAt(blanks, text, at);
  }
  return [...tokens, { kind: 'end', text: '', column: at + 1 }];
}

interface Step {
  readonly token: Token | SelectorError;
  readonly length: number;
}

function nextToken(text: string, at: number, isAfterKey: boolean): Step {
  const operator = operators.find((candidate) => text.startsWith(candidate, at));
  if (operator !== undefined) return tokenAt(at, operator, operator.length);
  const literalLength = lengthAt(literal, text, at);
  if (literalLength > 0) {
    const token = { kind: 'string', text: text.slice(at + 1, at + literalLength - 1) } as const;
    return { token: { ...token, column: at + 1 }, length: literalLength };
  }
  return (isAfterKey ? word(text, at) : callOrKey(text, at)) ?? refuse(text, at, isAfterKey);
}

function word(text: string, at: number): Step | undefined {
  for (const { kind, pattern } of words) {
    const length = lengthAt(pattern, text, at);
    if (length > 0) return tokenAt(at, kind, length);
  }
  return undefined;
}

function callOrKey(text: string, at: number): Step | undefined {
  const call = calls.find((candidate) => text.startsWith(candidate, at));
  if (call !== undefined) return tokenAt(at, call, call.length);
  const length = lengthAt(key, text, at);
  if (length === 0) return undefined;
  if (length > selectorLimits.key) {
    return {
      token: errorAt(at, `a key may have at most ${selectorLimits.key} characters`),
      length,
    };
  }
  return { token: { kind: 'key', text: text.slice(at, at + length), column: at + 1 }, length };
}

function tokenAt(at: number, kind: TokenKind, length: number): Step {
  return { token: { kind, text: '', column: at + 1 }, length };
}

function refuse(text: string, at: number, isAfterKey: boolean): Step {
  return { token: errorAt(at, complaint(text, at, isAfterKey)), length: 0 };
}

function complaint(text: string, at: number, isAfterKey: boolean): string {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  switch (character) {
    case '=':
      return '`=` is no operator; write `==`';
    case '&':
    case '|':
      return `\`${character}\` is no operator; write \`${character.repeat(2)}\``;
    case '"':
    case "'":
      return `the string that begins here has no closing ${character}`;
    case '\n':
    case '\r':
      return 'a line break may only stand inside a string';
    default:
      break;
  }
  const length = lengthAt(key, text, at);
  if (isAfterKey && length > 0) {
    return `expected an operator after the key, found \`${text.slice(at, at + length)}\``;
  }
  return `unexpected character \`${character}\``;
}

function errorAt(at: number, message: string): SelectorError {
  return { kind: 'error', message, column: at + 1 };
}

function lengthAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex - at : 0;
}
