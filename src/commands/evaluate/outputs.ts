import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { CodedError } from '../../std/coded-error.ts';
import type { UnreadableRecord } from './judge-records.ts';

/** Resolves once the bytes are taken. @throws whatever the stream fails with */
export async function writeBytes(stream: Writable, bytes: Buffer): Promise<void> {
  if (bytes.length === 0) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  stream.write(bytes, (error) => (error ? reject(error) : resolve()));
  await promise;
}

/** Where unreadable records are kept with the reason. */
export interface DeadLetterFile extends AsyncDisposable {
  write(records: readonly UnreadableRecord[]): Promise<void>;
}

/**
 * Opens the file for unreadable records; without a path they go nowhere.
 * @throws CodedError `usage/dead-letter`
 */
export async function openDeadLetters(path: string | undefined): Promise<DeadLetterFile> {
  if (path === undefined) return nowhere;
  if (path === '-') {
    throw new CodedError(
      'usage/dead-letter',
      '`--dead-letter -`: stdout has the records that can be read, so name a file',
    );
  }
  try {
    const file = await open(path, 'w');
    return {
      write: async (records) => {
        if (records.length > 0) await file.appendFile(records.map(formatUnreadable).join(''));
      },
      [Symbol.asyncDispose]: () => file.close(),
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CodedError('usage/dead-letter', `cannot write \`${path}\`: ${reason}`, { cause });
  }
}

const nowhere: DeadLetterFile = {
  write: async () => {},
  [Symbol.asyncDispose]: async () => {},
};

/** Named as the headers of the dead-letter topic are. */
function formatUnreadable({ source, reason, message, value }: UnreadableRecord): string {
  const bytes = Buffer.from(value);
  return `${JSON.stringify({
    'flow-source': source,
    'error-code': reason,
    'error-message': message,
    ...(isUtf8(bytes)
      ? { value: bytes.toString('utf8') }
      : { value_base64: bytes.toString('base64') }),
  })}\n`;
}
