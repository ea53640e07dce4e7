// Hot: measured by bench/micro/records.bench.ts.

/** One range of a record to be replaced, or an empty one to write at. */
export interface Edit {
  start: number;
  end: number;
  /** What is written there, one after the other. */
  before: Buffer;
  value: Buffer;
  after: Buffer;
  /** Goes over as many bytes of the value, from `stampAt`. */
  stamp: Buffer;
  stampAt: number;
}

/** The changes of one record, in the order of its bytes. Its objects serve every record anew. */
export class Edits {
  readonly #edits: Edit[] = [];
  #length = 0;

  clear(): void {
    this.#length = 0;
  }

  /** An empty change from `start` up to `end`, to be filled. Of two that begin alike the first added comes first. */
  add(start: number, end: number): Edit {
    const edits = this.#edits;
    if (this.#length === edits.length) edits.push(emptyEdit());
    const edit = edits[this.#length]!;
    let place = this.#length;
    for (; place > 0 && edits[place - 1]!.start > start; place -= 1) {
      edits[place] = edits[place - 1]!;
    }
    edits[place] = edit;
    this.#length += 1;
    edit.start = start;
    edit.end = end;
    edit.before = edit.value = edit.after = edit.stamp = NONE;
    edit.stampAt = 0;
    return edit;
  }

  /** How many bytes the record gains. */
  growth(): number {
    let growth = 0;
    for (let i = 0; i < this.#length; i += 1) {
      const { start, end, before, value, after } = this.#edits[i]!;
      growth += before.length + value.length + after.length - (end - start);
    }
    return growth;
  }

  /** Writes the record with its changes; `out` has room for just that. */
  write(bytes: Buffer, out: Buffer): void {
    let from = 0;
    let at = 0;
    for (let i = 0; i < this.#length; i += 1) {
      const { start, end, before, value, after, stamp, stampAt } = this.#edits[i]!;
      at += bytes.copy(out, at, from, start);
      if (before.length > 0) at += before.copy(out, at);
      const valueAt = at;
      if (value.length > 0) at += value.copy(out, at);
      if (stamp.length > 0) stamp.copy(out, valueAt + stampAt);
      if (after.length > 0) at += after.copy(out, at);
      from = end;
    }
    bytes.copy(out, at, from);
  }
}

const NONE = Buffer.alloc(0);

function emptyEdit(): Edit {
  return { start: 0, end: 0, before: NONE, value: NONE, after: NONE, stamp: NONE, stampAt: 0 };
}
