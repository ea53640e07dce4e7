import { CodedError } from '../std/coded-error.ts';
import { explain, reasonOf, troubleOf } from './errors.ts';

/**
 * Throws if a topic does not take a request because of its size: it never will.
 * @throws CodedError `kafka/record-too-large`
 */
export function assertFits(error: unknown, topic: string): void {
  if (!isTooLarge(error)) return;
  throw new CodedError(
    'kafka/record-too-large',
    `topic \`${topic}\` refuses a request of \`limits.produceBytes\`; raise its ` +
      '`max.message.bytes`, or lower `limits.produceBytes` and `limits.outputRecordBytes`',
    { cause: error },
  );
}

/**
 * Throws if this client may not write to a topic, which only an operator can help with.
 * @throws CodedError
 */
export function assertAllowed(error: unknown, topic: string): void {
  const trouble = troubleOf(error);
  const isRefused = trouble === 'not-authorised' || trouble === 'untrusted';
  if (isRefused) throw explain(error, `write to topic \`${topic}\``);
}

function isTooLarge(error: unknown): boolean {
  return /larger than the max message size|MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE/.test(
    reasonOf(error),
  );
}
