/** A batch that arrives damaged this often lies damaged on the broker's disk. */
const timesMax = 3;
const placesMax = 1000;

/**
 * Remembers which batches arrived damaged, so that what was damaged on its way is fetched again, and
 * what lies damaged is given up instead of being fetched for ever.
 */
export class Corruption {
  readonly #times = new Map<string, number>();

  /** Notes one more arrival; true once the batch is to be given up. */
  isLasting(place: string): boolean {
    const times = (this.#times.get(place) ?? 0) + 1;
    if (times >= timesMax) {
      this.#times.delete(place);
      return true;
    }
    if (this.#times.size >= placesMax) this.#times.clear();
    this.#times.set(place, times);
    return false;
  }
}
