import { deadLetterReasons } from '../reasons.ts';
import type { DeadLetterReason } from '../reasons.ts';

/** Bounds on one record and on the message that holds it; what lies beyond them is not read. */
export interface RecordLimits {
  readonly recordBytes: number;
  readonly recordDepth: number;
  readonly listItems: number;
  readonly mapMembers: number;
  readonly textBytes: number;
  readonly labels: number;
  readonly labelBytes: number;
  readonly hits: number;
  readonly messageRecords: number;
  readonly messageGrowth: number;
}

/** Why a record cannot be read (contract 5). */
export interface Unreadable {
  readonly status: 'unreadable';
  readonly reason: DeadLetterReason;
  /** The bound that the record is beyond, if it is one. */
  readonly limit: keyof RecordLimits | null;
  /** For a person; holds no part of the record. */
  readonly message: string;
}

/** `where` says which part of the record is meant; '' = the whole. */
export function unreadable(
  reason: DeadLetterReason,
  where = '',
  limit: keyof RecordLimits | null = null,
): Unreadable {
  const parts = [deadLetterReasons[reason], where, limit === null ? '' : `\`limits.${limit}\``];
  return {
    status: 'unreadable',
    reason,
    limit,
    message: parts.filter((part) => part !== '').join(', '),
  };
}

/** Thrown and caught within the decoding of one record. */
export class UnreadableField extends Error {
  readonly unreadable: Unreadable;

  constructor(reason: DeadLetterReason, field: string, limit: keyof RecordLimits | null = null) {
    super(reason);
    this.unreadable = unreadable(reason, `field \`${field}\``, limit);
  }
}
