import type { Carried, CarriedName, ExtraMember } from './carried.ts';
import { eachMember } from './json-members.ts';
import type { MemberNode, MemberTree } from './member-tree.ts';

/**
 * What a conversion keeps of the JSON record that begins at `start`. An unknown member inside a known
 * object is kept inside an object of that name; of known members with one name the last counts.
 */
export function carryMembers(bytes: Buffer, start: number, tree: MemberTree): Carried {
  return new Collector(bytes).collect(start, tree);
}

class Collector {
  readonly #bytes: Buffer;
  readonly #texts = new Map<CarriedName, string>();
  /** What an earlier conversion kept. */
  #kept: readonly ExtraMember[] = [];

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  collect(start: number, tree: MemberTree): Carried {
    const unknown = this.#unknownIn(start, tree);
    return { texts: this.#texts, extra: [...this.#kept, ...unknown] };
  }

  #unknownIn(start: number, tree: MemberTree): readonly ExtraMember[] {
    const unknown: ExtraMember[] = [];
    eachMember(this.#bytes, start, (name, from, to) => {
      const node = tree.get(name);
      const json = node === undefined ? this.#textOf(from, to) : this.#rest(node, from, to);
      if (json !== null) unknown.push([name, json]);
    });
    return unknown;
  }

  /** What is unknown of a known member; `null` = nothing. */
  #rest({ carried, inside }: MemberNode, start: number, end: number): string | null {
    const isObject = this.#bytes[start] === OPEN_BRACE;
    if (inside !== null) this.#forget(inside);
    else if (carried !== null) return this.#carry(carried, start, end);
    if (inside === null || this.#bytes[start] === LOWER_N) return null;
    if (!isObject) return this.#textOf(start, end);
    const members = this.#unknownIn(start, inside);
    return members.length === 0 ? null : formatMembers(members);
  }

  #carry(name: CarriedName, start: number, end: number): string | null {
    if (name === 'extra') return this.#keep(start, end);
    if (this.#bytes[start] === LOWER_N) this.#texts.delete(name);
    else this.#texts.set(name, this.#textOf(start, end));
    return null;
  }

  #keep(start: number, end: number): string | null {
    const kept: ExtraMember[] = [];
    this.#kept = kept;
    if (this.#bytes[start] === LOWER_N) return null;
    if (this.#bytes[start] !== OPEN_BRACE) return this.#textOf(start, end);
    eachMember(this.#bytes, start, (name, from, to) => kept.push([name, this.#textOf(from, to)]));
    return null;
  }

  /** An earlier object of the same name counts no more. */
  #forget(tree: MemberTree): void {
    for (const { carried, inside } of tree.values()) {
      if (carried !== null) this.#texts.delete(carried);
      if (inside !== null) this.#forget(inside);
    }
  }

  /** On one line: no text of JSON holds a line break, so it can only stand between values. */
  #textOf(start: number, end: number): string {
    return this.#bytes.toString('utf8', start, end).replaceAll(/[\n\r]+/g, ' ');
  }
}

/** The members as one JSON object. */
export function formatMembers(members: readonly ExtraMember[]): string {
  return `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
}

const OPEN_BRACE = 0x7b;
const LOWER_N = 0x6e;
