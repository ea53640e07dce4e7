import { deadLetterReasons } from '../reasons.ts';
import type { DeadLetterReason } from '../reasons.ts';

/** Why a record cannot be read or written (contract 5). */
export interface DeadLetter {
  readonly status: 'dead-letter';
  readonly reason: DeadLetterReason;
  /** For a person; never holds a part of the record. */
  readonly message: string;
}

/** `where` says which part of the record is meant. */
export function deadLetter(reason: DeadLetterReason, where = ''): DeadLetter {
  const message = deadLetterReasons[reason];
  return {
    status: 'dead-letter',
    reason,
    message: where === '' ? message : `${message}: ${where}`,
  };
}

/** Thrown and caught inside a record's decoding only. */
export class UndecodableField extends Error {
  readonly reason: DeadLetterReason;
  readonly where: string;

  constructor(reason: DeadLetterReason, where: string) {
    super(reason);
    this.reason = reason;
    this.where = where;
  }
}
