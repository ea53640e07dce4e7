// Hot: measured by `npm run bench:files`.
import { Place, PLACES, RecordColumns } from '../stage/records/columns.ts';

/** Lines of one memory as records, gathered in columns that are used again for the next. */
export class LineColumns {
  #lines = new Float64Array(LINES_AT_FIRST);
  #times = new Float64Array(LINES_AT_FIRST);
  #places = new Int32Array(PLACES * LINES_AT_FIRST);
  #count = 0;

  /** The value lies from `start` up to `end`. */
  add(line: number, start: number, end: number): void {
    if (this.#count === this.#lines.length) this.#grow();
    const place = PLACES * this.#count;
    const places = this.#places;
    this.#lines[this.#count] = line;
    places[place + Place.keyBytes] = -1;
    places[place + Place.valueEnd] = end;
    places[place + Place.valueBytes] = end - start;
    places[place + Place.end] = end;
    this.#count += 1;
  }

  /** What was added lies in these bytes; good until more is added. */
  take(bytes: Buffer): RecordColumns {
    const count = this.#count;
    this.#count = 0;
    return new RecordColumns({
      bytes,
      offsets: this.#lines.subarray(0, count),
      timesMs: this.#times.subarray(0, count),
      places: this.#places.subarray(0, PLACES * count),
    });
  }

  #grow(): void {
    const [lines, places] = [this.#lines, this.#places];
    this.#lines = new Float64Array(2 * lines.length);
    this.#lines.set(lines);
    this.#times = new Float64Array(2 * lines.length);
    this.#places = new Int32Array(2 * places.length);
    this.#places.set(places);
  }
}

const LINES_AT_FIRST = 512;
