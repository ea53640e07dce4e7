/** Gives equal things one number, from 0, and keeps the first of them. */
export class Interned<Thing> {
  readonly #keyOf: (thing: Thing) => string;
  readonly #numbers = new Map<string, number>();
  #things: Thing[] = [];

  constructor(keyOf: (thing: Thing) => string) {
    this.#keyOf = keyOf;
  }

  numberOf(thing: Thing): number {
    const key = this.#keyOf(thing);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#things.push(thing) - 1;
    this.#numbers.set(key, number);
    return number;
  }

  /** @throws RangeError if nothing has that number */
  of(number: number): Thing {
    if (!(number in this.#things)) throw new RangeError(`nothing has the number ${number}`);
    return this.#things[number]!;
  }

  forget(): void {
    this.#numbers.clear();
    this.#things = [];
  }
}
