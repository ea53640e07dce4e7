import { unreadable } from '../dialects/unreadable.ts';
import type { RecordLimits, Unreadable } from '../dialects/unreadable.ts';

export type MessageLimits = Pick<RecordLimits, 'messageRecords' | 'messageGrowth' | 'recordDepth'>;

/** How much may be taken out of one message; a message beyond it is left whole. */
export class Budget {
  #records: number;
  #bytes: number;

  constructor(messageBytes: number, { messageRecords, messageGrowth }: MessageLimits) {
    this.#records = messageRecords;
    this.#bytes = messageGrowth * messageBytes;
  }

  /** So many records may follow. Throws `BeyondBudget`. */
  allow(records: number): void {
    if (records > this.#records) throw new BeyondBudget('too_many_items', 'messageRecords');
  }

  /** One record of that size, its envelope included. Throws `BeyondBudget`. */
  spend(bytes: number): void {
    this.allow(1);
    this.#records -= 1;
    this.#bytes -= bytes;
    if (this.#bytes < 0) throw new BeyondBudget('too_large', 'messageGrowth');
  }
}

/** Thrown and caught within the unpacking of one message. */
export class BeyondBudget extends Error {
  readonly unreadable: Unreadable;

  constructor(reason: 'too_many_items' | 'too_large', limit: 'messageRecords' | 'messageGrowth') {
    super(reason);
    this.unreadable = unreadable(reason, 'the records of the message', limit);
  }
}
