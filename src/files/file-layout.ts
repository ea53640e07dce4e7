/** How a file holds its records; `start` is where the first may begin. */
export interface FileLayout {
  readonly kind: 'lines' | 'values' | 'array';
  readonly start: number;
}

/** What is looked at to tell the layout; one that is still open then is of lines. */
const headBytesMax = 64 * 1024;

/**
 * Tells the layout of a file by its first bytes: a JSON array; an object with a member `items` (a reply
 * of whisker); values that go over lines; else a record a line. `null`: more of it must be seen.
 */
export function layoutOf(head: Buffer, isWhole: boolean): FileLayout | null {
  const text = head.toString('latin1', 0, headBytesMax);
  const start = /^(\u00ef\u00bb\u00bf)?\s*/.exec(text)?.[0].length ?? 0;
  const isEnough = isWhole || head.length >= headBytesMax;
  const isOpen = start === text.length || BYTE_ORDER_MARK.startsWith(text);
  if (isOpen) return isEnough ? { kind: 'lines', start } : null;
  if (text[start] === '[') return { kind: 'array', start: start + 1 };
  if (text[start] !== '{') return { kind: 'lines', start };
  return layoutOfObject(text, start, isEnough);
}

const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';

/** Where `items` opens, texts, brackets, and line breaks with a brace right behind them. */
const tokens = /"items"\s*:\s*\[|"(?:[^"\\\n]|\\.)*"|[{}[\]]|\n\{?/g;

function layoutOfObject(text: string, start: number, isEnough: boolean): FileLayout | null {
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
    if (depth === 0) return { kind: isOneLine ? 'lines' : 'values', start };
  }
  if (!isEnough) return null;
  return { kind: isOneLine ? 'lines' : 'values', start };
}

function depthChange(token: string): number {
  if (/^[{[]$|\[$/.test(token)) return 1;
  return token === '}' || token === ']' ? -1 : 0;
}
