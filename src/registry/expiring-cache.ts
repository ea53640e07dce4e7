import type { Clock } from '../stage/ports.ts';

/** The values used last, up to a number, each for as long as it was said to be good. */
export class ExpiringCache<Key, Value> {
  readonly #sizeMax: number;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  /** In the order of use. */
  readonly #entries = new Map<Key, { readonly value: Value; readonly untilMs: number }>();

  constructor(sizeMax: number, clock: Pick<Clock, 'monotonicMs'>) {
    this.#sizeMax = sizeMax;
    this.#clock = clock;
  }

  get(key: Key): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (this.#clock.monotonicMs() >= entry.untilMs) return undefined;
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: Key, value: Value, forMs: number): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, untilMs: this.#clock.monotonicMs() + forMs });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#sizeMax && oldest !== undefined) this.#entries.delete(oldest);
  }
}
