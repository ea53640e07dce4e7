/** How a file holds its records; `start` is where the first may begin. */
export interface FileLayout {
  readonly kind: 'lines' | 'values' | 'array';
  readonly start: number;
}

/** How much of a file is looked at to tell its layout. */
export const headBytes = 64 * 1024;

/**
 * Tells the layout of a file by its first bytes: a JSON array; an object with a member `items` (a reply
 * of whisker); values that go over lines; else a record a line.
 */
export function layoutOf(head: Buffer): FileLayout {
  const text = head.toString('latin1');
  const start = /^(\u00ef\u00bb\u00bf)?\s*/.exec(text)?.[0].length ?? 0;
  if (text[start] === '[') return { kind: 'array', start: start + 1 };
  if (text[start] !== '{') return { kind: 'lines', start };
  return layoutOfObject(text, start);
}

/** Where `items` opens, texts, brackets, and line breaks with a brace right behind them. */
const tokens = /"items"\s*:\s*\[|"(?:[^"\\\n]|\\.)*"|[{}[\]]|\n\{?/g;

function layoutOfObject(text: string, start: number): FileLayout {
  let depth = 0;
  let isOneLine = true;
  for (const { 0: token, index } of text.slice(start).matchAll(tokens)) {
    // Inside a value, nobody begins a line with a brace: the line before was cut off.
    if (token === '\n{') return { kind: 'lines', start };
    if (token === '\n') isOneLine = false;
    if (depth === 1 && /^"items".*\[$/s.test(token)) {
      return { kind: 'array', start: start + index + token.length };
    }
    depth += depthChange(token);
    if (depth === 0) break;
  }
  return { kind: isOneLine ? 'lines' : 'values', start };
}

function depthChange(token: string): number {
  if (/^[{[]$|\[$/.test(token)) return 1;
  return token === '}' || token === ']' ? -1 : 0;
}
