/** Distinct texts as UTF-16 units, with an open hash over them: found and read without being rebuilt. */
export interface StringTables {
  readonly chars: Uint16Array;
  /** Text `i` is `chars[starts[i]..starts[i + 1])`. */
  readonly starts: Int32Array;
  /** Text number + 1 by hash; 0 = free. The length is a power of two. */
  readonly slots: Int32Array;
}

/** Reads texts by number and numbers by text. */
export class StringTable {
  readonly #tables: StringTables;
  readonly #texts: string[] = [];

  constructor(tables: StringTables) {
    this.#tables = tables;
  }

  /** -1 if no such text is held. */
  numberOf(text: string): number {
    const { slots } = this.#tables;
    const mask = slots.length - 1;
    for (let slot = hashOf(text) & mask; ; slot = (slot + 1) & mask) {
      const number = (slots[slot] ?? 0) - 1;
      if (number < 0 || this.#isAt(number, text)) return number;
    }
  }

  textOf(number: number): string {
    const known = this.#texts[number];
    if (known !== undefined) return known;
    const { chars, starts } = this.#tables;
    let text = '';
    const end = starts[number + 1] ?? 0;
    for (let at = starts[number] ?? 0; at < end; at += CHUNK) {
      text += String.fromCharCode(...chars.subarray(at, Math.min(at + CHUNK, end)));
    }
    this.#texts[number] = text;
    return text;
  }

  #isAt(number: number, text: string): boolean {
    const { chars, starts } = this.#tables;
    const start = starts[number] ?? 0;
    if ((starts[number + 1] ?? 0) - start !== text.length) return false;
    for (let i = 0; i < text.length; i++) {
      if (chars[start + i] !== text.charCodeAt(i)) return false;
    }
    return true;
  }
}

/** Numbers texts in the order in which they come. */
export class StringTableBuilder {
  readonly #numbers = new Map<string, number>();

  add(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(text, number);
    return number;
  }

  finish(): StringTables {
    const texts = [...this.#numbers.keys()];
    const starts = new Int32Array(texts.length + 1);
    texts.forEach((text, i) => (starts[i + 1] = (starts[i] ?? 0) + text.length));
    const chars = new Uint16Array(starts[texts.length] ?? 0);
    const slots = new Int32Array(slotCount(texts.length));
    const mask = slots.length - 1;
    texts.forEach((text, number) => {
      const start = starts[number] ?? 0;
      for (let i = 0; i < text.length; i++) chars[start + i] = text.charCodeAt(i);
      let slot = hashOf(text) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    });
    return { chars, starts, slots };
  }
}

/** Labels as a flat list of keys and values. */
export function pairsOf(
  labels: ReadonlyMap<string, string>,
  strings: StringTableBuilder,
): readonly number[] {
  return [...labels].flatMap(([key, value]) => [strings.add(key), strings.add(value)]);
}

/** The labels of such a list. */
export function labelsFrom(pairs: Int32Array, strings: StringTable): Map<string, string> {
  const labels = new Map<string, string>();
  for (let i = 0; i < pairs.length; i += 2) {
    labels.set(strings.textOf(pairs[i] ?? 0), strings.textOf(pairs[i + 1] ?? 0));
  }
  return labels;
}

/** Arguments of one call of `String.fromCharCode`. */
const CHUNK = 4096;

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash ^ (hash >>> 15);
}

/** A power of two that leaves at least half of the slots free. */
function slotCount(entries: number): number {
  let count = 16;
  while (count < entries * 2) count *= 2;
  return count;
}
