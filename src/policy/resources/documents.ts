import { isMembers } from './fields.ts';
import { findJsonFlaw, JsonLocator } from './json.ts';
import type { Position, Problem } from './model.ts';
import { documentLimits, LineIndex } from './source.ts';
import type { DocumentLimits, Step, WrittenDocument } from './source.ts';
import { readYaml } from './yaml.ts';

/** What one file holds: its objects, lists taken apart, and what could not be read. */
export interface FileContent {
  readonly documents: readonly WrittenDocument[];
  readonly problems: readonly Problem[];
}

/**
 * Reads the objects of one YAML or JSON text (contract 4). `file` is only for positions. Never throws:
 * whatever cannot be read is a problem, and everything else is still returned.
 */
export function readDocuments(
  text: string,
  file: string,
  limits: DocumentLimits = documentLimits,
): FileContent {
  const reader = new FileReader(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text, file);
  if (Buffer.byteLength(text) > limits.fileBytesMax) {
    reader.refuse(0, `more than ${limits.fileBytesMax} bytes`, 'split the file');
  } else if (controls.test(text)) {
    reader.refuse(text.search(controls), 'holds a control character, so it is not text');
  } else if (text.trim() === '') {
    reader.refuse(0, 'the file is empty', 'remove it, or wait until it is written');
  } else if (!reader.readAsJson(limits)) {
    reader.readAsYaml(limits);
  }
  return reader;
}

const BYTE_ORDER_MARK = '\uFEFF';

/** What neither YAML nor JSON may hold. */
const controls = /(?![\t\n\r\u0085])\p{Cc}/u;

interface Locator {
  /** The text of one YAML document; `null` = of JSON. */
  readonly yaml: string | null;
  offsetOf(path: readonly Step[]): number;
}

class FileReader implements FileContent {
  readonly documents: WrittenDocument[] = [];
  readonly problems: Problem[] = [];
  readonly #text: string;
  readonly #file: string;
  readonly #lines: LineIndex;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
    this.#lines = new LineIndex(file, text);
  }

  refuse(offset: number, message: string, hint = ''): void {
    this.problems.push({
      severity: 'error',
      position: this.#lines.at(offset),
      path: '',
      message,
      hint,
    });
  }

  /** False if the text is not JSON; JSON that is broken may still be YAML, unless the file says otherwise. */
  readAsJson(limits: DocumentLimits): boolean {
    if (!/^\s*[{[]/.test(this.#text)) return false;
    let value: unknown;
    try {
      value = JSON.parse(this.#text);
    } catch (error) {
      if (!this.#file.endsWith('.json')) return false;
      this.refuse(failedAt(error, this.#text), `not readable as JSON: ${reasonOf(error)}`);
      return true;
    }
    const flaw = findJsonFlaw(this.#text, limits);
    if (flaw === null) this.#add(value, new JsonLocator(this.#text));
    else this.refuse(flaw.offset, flaw.message);
    return true;
  }

  readAsYaml(limits: DocumentLimits): void {
    for (const chunk of readYaml(this.#text, limits)) {
      if (chunk.status === 'broken') this.refuse(chunk.offset, chunk.message);
      else {
        this.#add(chunk.value, chunk.locator);
        chunk.locator.release();
      }
    }
  }

  #add(value: unknown, locator: Locator, path: readonly Step[] = []): void {
    if (value === null) return;
    const items = itemsOf(value);
    if (items === null) {
      this.documents.push(new LocatedDocument(value, path, { locator, lines: this.#lines }));
      return;
    }
    for (const [index, item] of items.entries()) {
      this.#add(item, locator, [...path, 'items', index]);
    }
  }
}

class LocatedDocument implements WrittenDocument {
  readonly value: unknown;
  readonly path: readonly Step[];
  readonly #source: { readonly locator: Locator; readonly lines: LineIndex };
  readonly #start: number;

  constructor(
    value: unknown,
    path: readonly Step[],
    source: { readonly locator: Locator; readonly lines: LineIndex },
  ) {
    this.value = value;
    this.path = path;
    this.#source = source;
    this.#start = source.locator.offsetOf(path);
  }

  get yaml(): string | null {
    return this.#source.locator.yaml;
  }

  locate(path: readonly Step[]): Position {
    const { locator, lines } = this.#source;
    return lines.at(path.length === 0 ? this.#start : locator.offsetOf([...this.path, ...path]));
  }
}

/** The members of a `List` or of a list of one kind (`PodList`), which lend their kind to members without one. */
function itemsOf(value: unknown): readonly unknown[] | null {
  if (!isMembers(value)) return null;
  const { kind, apiVersion, items } = value;
  if (kind === 'List' && (items === undefined || items === null)) return [];
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) return null;
  if (kind === 'List') return items;
  const inherited = { apiVersion, kind: kind.slice(0, -'List'.length) };
  return items.map((item: unknown) => (isMembers(item) ? { ...inherited, ...item } : item));
}

/** Where `JSON.parse` gave up; it names no place if the text ends too early. */
function failedAt(error: unknown, text: string): number {
  return Number(/at position (\d+)/.exec(String(error))?.[1] ?? text.length);
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const reason = text
    .replace(/ in JSON at position.*$/s, '')
    .replace(/,? ?".*" is not valid JSON$/s, '');
  return reason.charAt(0).toLowerCase() + reason.slice(1);
}
