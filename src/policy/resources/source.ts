import type { Position } from './model.ts';

/** One step from a mapping or a list to a member of it. */
export type Step = string | number;

/** One Kubernetes object of a file: plain data, and where each part of it was written. */
export interface SourceDocument {
  /** Mappings, lists and scalars as JSON knows them; shared parts (aliases) are never written to. */
  readonly value: unknown;
  /** The key of the mapping's member, or the list's element, that `path` leads to; where the path ends early, its last part that exists. */
  locate(path: readonly Step[]): Position;
}

/** One of a file, with the words in which it was written. */
export interface WrittenDocument extends SourceDocument {
  /** The YAML document that holds it; `null` = it was JSON, whose text says no more than the value. */
  readonly yaml: string | null;
  /** Where it is in there: of a list, the way to its member. */
  readonly path: readonly Step[];
}

/** What a file may demand of us; every one exceeded is a message, never a crash. */
export const documentLimits = {
  fileBytesMax: 16 * 1024 * 1024,
  aliasesMax: 50,
  depthMax: 100,
  /** Scalars, lists and mappings of one YAML document, aliases written out. */
  nodesMax: 1_000_000,
} as const;

export type DocumentLimits = { readonly [name in keyof typeof documentLimits]: number };

/** Turns offsets of a text into lines and columns; counts the lines only once it is asked. */
export class LineIndex {
  readonly #file: string;
  readonly #text: string;
  #starts: readonly number[] | null = null;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
  }

  at(offset: number): Position {
    this.#starts ??= lineStarts(this.#text);
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.#file, line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }
}

/** `spec.egress[2].ports`, `metadata.labels['a/b']`. */
export function formatPath(path: readonly Step[]): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (!/^[A-Za-z_][\w-]*$/.test(step)) text += `['${step}']`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) {
    starts.push(end + 1);
  }
  return starts;
}
