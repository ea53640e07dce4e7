import { nearest } from '../../std/nearest.ts';
import type { Complaint, Defect, Findings } from './findings.ts';
import type { Labels } from './model.ts';
import type { Step } from './source.ts';
import { shown } from './shown.ts';

/**
 * One mapping of a document: typed access to its members. A member of the wrong type is reported as
 * broken and read as absent; `null` counts as absent, as it does to the API server.
 */
export class Fields {
  readonly #members: Members;
  readonly #path: Path;
  readonly findings: Findings;

  private constructor(members: Members, path: Path, findings: Findings) {
    this.#members = members;
    this.#path = path;
    this.findings = findings;
  }

  /** The whole document, which must be a mapping. */
  static of(value: unknown, findings: Findings): Fields | null {
    return isMembers(value) ? new Fields(value, null, findings) : null;
  }

  /** Reports `complaint` at the member `name`, or at the mapping itself. */
  report(defect: Defect, name: Step | null, complaint: Complaint): void {
    this.findings.add(defect, steps(this.#step(name)), complaint);
  }

  /** The same mapping with `value` as its member `name`. */
  with(name: string, value: unknown): Fields {
    return new Fields({ ...this.#members, [name]: value }, this.#path, this.findings);
  }

  /** The members as they stand. */
  members(): Members {
    return this.#members;
  }

  names(): readonly string[] {
    return Object.keys(this.#members);
  }

  has(name: string): boolean {
    const value = this.#members[name];
    return value !== undefined && value !== null && Object.hasOwn(this.#members, name);
  }

  /** Any value, as it stands. */
  any(name: string): unknown {
    return this.has(name) ? this.#members[name] : undefined;
  }

  /** Empty if absent. */
  text(name: string): string {
    const value = this.any(name);
    if (typeof value === 'string') return value;
    if (value !== undefined) this.#mismatch(name, 'a text', value);
    return '';
  }

  number(name: string): number | null {
    const value = this.any(name);
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    if (value !== undefined) this.#mismatch(name, 'a number', value);
    return null;
  }

  /** A whole number of at least `low` and at most `high`. */
  integer(name: string, low: number, high: number): number | null {
    const value = this.number(name);
    if (value === null || (Number.isInteger(value) && value >= low && value <= high)) return value;
    this.#mismatch(name, `a whole number from ${low} to ${high}`, value);
    return null;
  }

  boolean(name: string): boolean {
    const value = this.any(name);
    if (typeof value === 'boolean') return value;
    if (value !== undefined) this.#mismatch(name, '`true` or `false`', value);
    return false;
  }

  /** Empty if absent. */
  list(name: string): readonly unknown[] {
    const value = this.any(name);
    if (Array.isArray(value)) return value;
    if (value !== undefined) this.#mismatch(name, 'a list', value);
    return [];
  }

  texts(name: string): readonly string[] {
    const texts: string[] = [];
    for (const [index, value] of this.list(name).entries()) {
      if (typeof value === 'string') texts.push(value);
      else
        this.item(name).report('broken', index, { message: `expected a text, not ${what(value)}` });
    }
    return texts;
  }

  /** The members of a list of mappings; an element that is none counts as an empty one. */
  children(name: string): readonly Fields[] {
    const items = this.list(name);
    if (items.length === 0) return [];
    const path = this.#step(name);
    return items.map((item, index) => this.#child(item, { parent: path, step: index }));
  }

  child(name: string): Fields | null {
    return this.has(name) ? this.#child(this.#members[name], this.#step(name)) : null;
  }

  /** `child`, or an empty mapping in its place. */
  childOrEmpty(name: string): Fields {
    return this.child(name) ?? new Fields({}, this.#step(name), this.findings);
  }

  /** A mapping of texts, such as labels. */
  map(name: string): Labels {
    const map = new Map<string, string>();
    const child = this.child(name);
    if (child === null) return map;
    for (const key of child.names()) if (child.has(key)) map.set(key, child.text(key));
    return map;
  }

  /** Where to report about the elements of the list `name`. */
  item(name: string): Fields {
    return new Fields({}, this.#step(name), this.findings);
  }

  /** Warns of members that are not among `known`: the API server leaves them out. */
  warnOfUnknown(known: readonly string[]): void {
    for (const name of this.names()) {
      if (known.includes(name)) continue;
      const guess = nearest(name, known);
      this.report('odd', name, {
        message: `unknown field ${shown(name)}, which the API server leaves out`,
        hint: guess === undefined ? 'remove it' : `did you mean \`${guess}\`?`,
      });
    }
  }

  #child(value: unknown, path: Path): Fields {
    if (isMembers(value)) return new Fields(value, path, this.findings);
    this.findings.add('broken', steps(path), { message: `expected a mapping, not ${what(value)}` });
    return new Fields({}, path, this.findings);
  }

  #step(name: Step | null): Path {
    return name === null ? this.#path : { parent: this.#path, step: name };
  }

  #mismatch(name: string, expected: string, value: unknown): void {
    this.report('broken', name, { message: `expected ${expected}, not ${what(value)}` });
  }
}

/** A mapping as it was read. */
export type Members = Readonly<Record<string, unknown>>;

type Path = { readonly parent: Path; readonly step: Step } | null;

function steps(path: Path): Step[] {
  const list: Step[] = [];
  for (let at = path; at !== null; at = at.parent) list.unshift(at.step);
  return list;
}

/** Whether a value is a mapping. */
export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value in a message. */
function what(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isMembers(value)) return 'a mapping';
  return typeof value === 'string' ? `the text ${shown(value)}` : shown(JSON.stringify(value));
}
