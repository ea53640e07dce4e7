/** What is written into records of one decision, for the lane. */
export interface Answer {
  /** By which whoever keeps decisions finds this one. */
  readonly number: number;
  /** At most `PIECES`: see `Enrichment.pieces`. */
  readonly pieces: readonly Uint8Array[];
  /** Which of the tails of headers. */
  readonly tail: number;
}

/** Keeps answers in the memory of the core, as `assembly/splice.ts` reads them, until all are forgotten. */
export class AnswerRoom {
  readonly #memory: Buffer;
  readonly #from: number;
  readonly #to: number;
  #free: number;

  constructor(memory: Buffer, from: number, to: number) {
    this.#memory = memory;
    this.#from = this.#free = Math.ceil(from / ALIGNMENT) * ALIGNMENT;
    this.#to = to;
  }

  /** Its address; 0 = there is no room. */
  keep({ number, tail, pieces }: Answer): number {
    const memory = this.#memory;
    const at = this.#free;
    const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
    if (at + HEAD_BYTES + bytes + OVERREAD_BYTES > this.#to) return 0;
    memory.writeUInt32LE(number, at);
    memory.writeUInt32LE(tail, at + 4);
    let end = 0;
    for (let i = 0; i < PIECES; i += 1) {
      const piece = pieces[i] ?? NOTHING;
      memory.set(piece, at + HEAD_BYTES + end);
      end += piece.length;
      memory.writeUInt32LE(end, at + ENDS + 4 * i);
    }
    this.#free = Math.ceil((at + HEAD_BYTES + bytes) / ALIGNMENT) * ALIGNMENT;
    return at;
  }

  empty(): void {
    this.#free = this.#from;
  }
}

// As in `assembly/splice.ts`.
const ENDS = 8;
const PIECES = 5;
const HEAD_BYTES = ENDS + 4 * PIECES;
const NOTHING = new Uint8Array(0);
const ALIGNMENT = 8;
/** Copies read beyond the end. */
const OVERREAD_BYTES = 16;
