/** What is written into records of one decision, for the lane. */
export interface Answer {
  /** By which whoever keeps decisions finds this one. */
  readonly number: number;
  readonly pending: Uint8Array;
  readonly member: Uint8Array;
  /** Where in the member the time goes. */
  readonly stampAt: number;
  /** Which of the tails of headers. */
  readonly tail: number;
}

/** Keeps answers in the memory of the core, as `assembly/lane.ts` reads them, until all are forgotten. */
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
  keep({ number, pending, member, stampAt, tail }: Answer): number {
    const memory = this.#memory;
    const at = this.#free;
    const end = at + HEAD_BYTES + pending.length + member.length;
    if (end + OVERREAD_BYTES > this.#to) return 0;
    for (const [i, value] of [number, pending.length, member.length, stampAt, tail].entries()) {
      memory.writeUInt32LE(value, at + 4 * i);
    }
    memory.set(pending, at + HEAD_BYTES);
    memory.set(member, at + HEAD_BYTES + pending.length);
    this.#free = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    return at;
  }

  empty(): void {
    this.#free = this.#from;
  }
}

const HEAD_BYTES = 20;
const ALIGNMENT = 8;
/** Copies read beyond the end. */
const OVERREAD_BYTES = 16;
