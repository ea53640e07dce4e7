import { CodedError } from '../std/coded-error.ts';
import { explain, reasonOf, troubleOf } from './errors.ts';

/**
 * Throws what only an operator can help with when a topic does not take what is written: a record that
 * is too large stays so. Access rights may come back once they were there.
 * @throws CodedError
 */
export function assertWorthRetrying(
  error: unknown,
  { topic, everWritten }: { readonly topic: string; readonly everWritten: boolean },
): void {
  if (isTooLarge(error)) {
    throw new CodedError(
      'kafka/record-too-large',
      `topic \`${topic}\` refuses a request of \`limits.produceBytes\`; raise its ` +
        '`max.message.bytes`, or lower `limits.produceBytes` and `limits.outputRecordBytes`',
      { cause: error },
    );
  }
  const trouble = troubleOf(error);
  const isRefused = trouble === 'not-authorised' || trouble === 'untrusted';
  if (isRefused && !everWritten) throw explain(error, `write to topic \`${topic}\``);
}

function isTooLarge(error: unknown): boolean {
  return /larger than the max message size|MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE/.test(
    reasonOf(error),
  );
}
