import type { Room } from '../dialects/writer.ts';

/** What stands around one record: an envelope with everything in it but the other records. */
export interface Envelope {
  readonly head: Buffer;
  readonly tail: Buffer;
  /** The record stands in it as a text. */
  readonly isText: boolean;
}

/** The record put back into its envelopes, the innermost first. */
export function wrap(record: Buffer, envelopes: readonly Envelope[], room: Room): Buffer {
  let wrapped = record;
  for (const { head, tail, isText } of envelopes) {
    const inner = isText ? Buffer.from(JSON.stringify(wrapped.toString())) : wrapped;
    const whole = room.allocate(head.length + inner.length + tail.length);
    head.copy(whole);
    inner.copy(whole, head.length);
    tail.copy(whole, head.length + inner.length);
    wrapped = whole;
  }
  return wrapped;
}
