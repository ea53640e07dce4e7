import { isUtf8 } from 'node:buffer';
import { open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { CodedError } from '../../std/coded-error.ts';
import type { UnreadableRecord } from './judge-records.ts';

/**
 * Writes records, one a line, in memory that is used again: whoever takes the bytes has to be done with them
 * when it says so, as files, pipes and terminals are.
 */
export class LineWriter {
  readonly #stream: Writable;
  #memory = Buffer.allocUnsafeSlow(0);

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  /** Resolves once nobody needs the values any more. */
  async write(values: readonly Uint8Array[]): Promise<void> {
    const length = values.reduce((sum, value) => sum + value.length + 1, 0);
    if (length > this.#memory.length) this.#memory = Buffer.allocUnsafeSlow(2 * length);
    let at = 0;
    for (const value of values) {
      this.#memory.set(value, at);
      at += value.length;
      this.#memory[at] = LINE_FEED;
      at += 1;
    }
    await writeBytes(this.#stream, this.#memory.subarray(0, length));
  }
}

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

const LINE_FEED = 0x0a;

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
