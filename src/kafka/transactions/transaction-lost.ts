/**
 * A transaction came to nothing, or nobody knows: its producer must not be used again, and only the
 * committed offset tells what became of it.
 */
export class TransactionLost extends Error {
  override readonly name = 'TransactionLost';

  constructor(cause: unknown) {
    super('the transaction is lost', { cause });
  }
}

/** Whether somebody else has taken the transactional id over, or the broker has ended the transaction. */
export function isFence({ cause }: TransactionLost): boolean {
  return cause instanceof Error && 'type' in cause && fences.has(String(cause.type));
}

const fences: ReadonlySet<string> = new Set([
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'INVALID_TXN_STATE',
  'PRODUCER_FENCED',
]);
