import { isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document, Node, Pair } from 'yaml';
import { YamlPlainer } from './yaml-plain.ts';
import type { DocumentLimits, Step } from './source.ts';

/** One document of a YAML file. Offsets count from the start of the file. */
export type YamlChunk =
  | { readonly status: 'read'; readonly value: unknown; readonly locator: YamlLocator }
  | { readonly status: 'broken'; readonly offset: number; readonly message: string };

/**
 * Reads the documents of a YAML text (1.2, core schema, no merge keys), each on its own, so that a
 * broken one does not hide the others: a line that begins with `---` or `...` always ends a document.
 */
export function* readYaml(text: string, limits: DocumentLimits): Generator<YamlChunk> {
  for (const { start, end } of chunks(text)) {
    const chunk = text.slice(start, end);
    if (hasContent(chunk)) yield readChunk(chunk, start, limits);
  }
}

/** Finds the parts of one YAML document; once released, it parses the text again when it is asked. */
class YamlLocator {
  readonly yaml: string;
  readonly #start: number;
  #document: Document.Parsed | null;

  constructor(text: string, start: number, document: Document.Parsed) {
    this.yaml = text;
    this.#start = start;
    this.#document = document;
  }

  /** Lets go of the tree, which is many times the size of the text. */
  release(): void {
    this.#document = null;
  }

  /** Offset of the key or element at `path`, or of its last part that exists. */
  offsetOf(path: readonly Step[]): number {
    this.#document ??= parseYaml(this.yaml);
    let node: Node | null = this.#document.contents;
    let found: Node | null = node;
    for (const step of path) {
      const next = typeof step === 'number' ? element(node, step) : member(node, step);
      if (next === null) break;
      found = next.found;
      node = next.value;
    }
    return this.#start + (found?.range?.[0] ?? 0);
  }
}

/** Brackets that may be open at once before a text is not worth parsing. */
const openBracketsMax = 1000;

function readChunk(text: string, start: number, limits: DocumentLimits): YamlChunk {
  const deep = deepNesting(text);
  if (deep !== null) return { status: 'broken', offset: start + deep, message: tooDeep(limits) };
  const document = parseYaml(text);
  const error = document.errors[0];
  if (error !== undefined) {
    const isOverflow = error.message.includes('call stack');
    const message = isOverflow ? tooDeep(limits) : firstLine(error.message);
    return { status: 'broken', offset: start + error.pos[0], message };
  }
  const outcome = new YamlPlainer(limits).convert(document.contents);
  if ('message' in outcome) {
    return { status: 'broken', offset: start + outcome.offset, message: outcome.message };
  }
  return { status: 'read', value: outcome.value, locator: new YamlLocator(text, start, document) };
}

/** The tree of one document, with its comments; what is wrong with it is among its errors. */
export function parseYaml(text: string): Document.Parsed {
  return parseDocument(text, {
    ...yamlWords,
    merge: false,
    // No sets, timestamps or byte arrays: plain data only.
    resolveKnownTags: false,
    // Its own check compares every key with every other; YamlPlainer's does not.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
}

/**
 * What plain words mean. Whatever reads what we print may be of YAML 1.1, as kubectl is: what would mean
 * something else there is put in quotes.
 */
export const yamlWords = { version: '1.2', schema: 'core', compat: 'yaml-1.1' } as const;

const messageLengthMax = 200;

function tooDeep(limits: DocumentLimits): string {
  return `nested more than ${limits.depthMax} levels deep`;
}

function firstLine(message: string): string {
  const line = message.split('\n', 1)[0]?.slice(0, messageLengthMax) ?? '';
  return `not readable as YAML: ${line.charAt(0).toLowerCase()}${line.slice(1)}`;
}

interface Chunk {
  readonly start: number;
  readonly end: number;
}

function* chunks(text: string): Generator<Chunk> {
  let start = 0;
  for (const marker of text.matchAll(/^(?:---|\.\.\.)(?=\s|$)/gm)) {
    if (marker.index > start) yield { start, end: marker.index };
    start = marker[0] === '...' ? marker.index + marker[0].length : marker.index;
  }
  yield { start, end: text.length };
}

/** Whether there is more than comments, directives and the marker that opens the document. */
function hasContent(chunk: string): boolean {
  return /^(?![^\S\n]*(?:#|$)|%)(?!---[^\S\n]*(?:#.*)?$)/m.test(chunk);
}

/** Offset where more is nested than any sane document nests: brackets, or lists within lists on a line. */
function deepNesting(text: string): number | null {
  const dashes = /(?:[-?:][ \t]+){100}/.exec(text);
  if (dashes !== null) return dashes.index;
  let open = 0;
  for (let offset = 0; offset < text.length; offset += 1) {
    const code = text.charCodeAt(offset);
    if (code === 0x5b || code === 0x7b) open += 1;
    else if ((code === 0x5d || code === 0x7d) && open > 0) open -= 1;
    if (open > openBracketsMax) return offset;
  }
  return null;
}

interface Place {
  readonly found: Node | null;
  readonly value: Node | null;
}

function element(node: Node | null, index: number): Place | null {
  if (!isSeq(node)) return null;
  const item = node.items[index];
  return isNode(item) ? { found: item, value: item } : null;
}

function member(node: Node | null, name: string): Place | null {
  if (!isMap(node)) return null;
  const pair = node.items.find(
    (item: Pair) => isScalar(item.key) && String(item.key.value) === name,
  );
  if (pair === undefined || !isNode(pair.key)) return null;
  return { found: pair.key, value: isNode(pair.value) ? pair.value : null };
}

function isNode(node: unknown): node is Node {
  return isMap(node) || isSeq(node) || isScalar(node) || isAlias(node);
}
