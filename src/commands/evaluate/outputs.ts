import { isUtf8 } from 'node:buffer';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { CodedError } from '../../std/coded-error.ts';
import type { UnreadableRecord } from './judge-records.ts';

/** Writes records, one a line, no faster than they are taken. */
export async function writeLines(stream: Writable, values: readonly Uint8Array[]): Promise<void> {
  if (values.length === 0) return;
  await writeBytes(stream, Buffer.concat(values.flatMap((value) => [value, LINE_FEED])));
}

/** No faster than they are taken. */
export async function writeBytes(stream: Writable, bytes: Buffer): Promise<void> {
  const isTaken = bytes.length === 0 || stream.write(bytes);
  if (!isTaken) await once(stream, 'drain');
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

const LINE_FEED = Buffer.from('\n');

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
