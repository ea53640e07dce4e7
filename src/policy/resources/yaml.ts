import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Node } from 'yaml';
import type { Position, Problem } from './model.ts';

/** One YAML or JSON document as plain data that knows where its parts stand. */
export interface PlainYaml {
  /** Plain data; `null` for an empty text or one with problems. */
  readonly value: unknown;
  /** Of the key at `path` (a path of mappings), or of its innermost parent that exists. */
  positionOf(path: readonly string[]): Position;
  readonly problems: readonly Problem[];
}

/**
 * Reads a file of settings: the core schema, no merge keys, no repeated keys, one document. `file`
 * is its name in positions.
 */
export function parseYaml(text: string, file: string): PlainYaml {
  const lines = new LineCounter();
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const failed = (message: string, offset: number): PlainYaml => ({
    value: null,
    positionOf: () => place(0),
    problems: [{ severity: 'error', position: place(offset), path: '', message, hint: '' }],
  });
  try {
    const document = parseDocument(text, {
      schema: 'core',
      merge: false,
      prettyErrors: false,
      stringKeys: true,
      lineCounter: lines,
    });
    const problems = [...document.errors, ...document.warnings].map((error): Problem => {
      return {
        severity: 'error',
        position: place(error.pos[0]),
        path: '',
        message: `not YAML: ${plain(error.message)}`,
        hint: '',
      };
    });
    return {
      value: problems.length > 0 ? null : (document.toJS({ maxAliasCount: ALIASES_MAX }) ?? null),
      positionOf: (path) => place(offsetOf(document.contents, path)),
      problems,
    };
  } catch (error) {
    // Aliases without end, or nesting deeper than the stack.
    return failed(`not YAML: ${plain(error instanceof Error ? error.message : String(error))}`, 0);
  }
}

/** How many nodes aliases may stand for: enough for people, too few for bombs. */
const ALIASES_MAX = 50;

function offsetOf(root: Node | null, path: readonly string[]): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const step of path) {
    if (!isMap(node)) break;
    const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
    if (pair === undefined || !isScalar(pair.key)) break;
    offset = pair.key.range?.[0] ?? offset;
    node = pair.value;
  }
  return offset;
}

/** First line, no full stop. */
function plain(message: string): string {
  const line = message.split('\n')[0] ?? '';
  return line.charAt(0).toLowerCase() + line.slice(1).replace(/\.$/, '');
}
