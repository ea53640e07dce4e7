export type TokenKind =
  | (typeof operators)[number]
  | (typeof calls)[number]
  | (typeof words)[number]['kind']
  | 'key'
  | 'string'
  | 'end'
  | 'bad';

/**
 * `text` is the key, what stands between the quotes, or what is wrong with a bad token. Columns count
 * characters from 1.
 */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
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

/** Splits a selector into tokens, the last of which is `end` or `bad` (semantics 3.1). */
export function tokenize(text: string): readonly Token[] {
  if (text.length > selectorLimits.text) {
    return [bad(0, `a selector may have at most ${selectorLimits.text} characters`)];
  }
  const tokens: Token[] = [];
  let at = lengthAt(blanks, text, 0);
  while (at < text.length) {
    const { token, length } = nextToken(text, at, tokens.at(-1)?.kind === 'key');
    tokens.push(token);
    if (token.kind === 'bad') return tokens;
    at += length;
    at += lengthAt(blanks, text, at);
  }
  return [...tokens, { kind: 'end', text: '', column: at + 1 }];
}

/** `length` counts what the token takes of the text, quotes included. */
interface Step {
  readonly token: Token;
  readonly length: number;
}

function nextToken(text: string, at: number, isAfterKey: boolean): Step {
  const operator = operators.find((candidate) => text.startsWith(candidate, at));
  if (operator !== undefined) return tokenAt(at, operator, operator.length);
  const length = lengthAt(literal, text, at);
  if (length > 0) {
    const value = text.slice(at + 1, at + length - 1);
    return { token: { kind: 'string', text: value, column: at + 1 }, length };
  }
  const step = isAfterKey ? word(text, at) : callOrKey(text, at);
  return step ?? { token: bad(at, complaint(text, at, isAfterKey)), length: 0 };
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
      token: bad(at, `a key may have at most ${selectorLimits.key} characters`),
      length,
    };
  }
  return { token: { kind: 'key', text: text.slice(at, at + length), column: at + 1 }, length };
}

function tokenAt(at: number, kind: TokenKind, length: number): Step {
  return { token: { kind, text: '', column: at + 1 }, length };
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

function bad(at: number, message: string): Token {
  return { kind: 'bad', text: message, column: at + 1 };
}

function lengthAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex - at : 0;
}
