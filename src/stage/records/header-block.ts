import type { Header } from '../ports.ts';
import { type ByteWriter, varintBytes } from './byte-writer.ts';

/** The headers of a record, ready to be written. */
export interface HeaderBlock {
  readonly count: number;
  /** As they will lie there, without their number. */
  readonly bytes: number;
  write(writer: ByteWriter): void;
}

/** Headers as they were given. */
export class GivenHeaders implements HeaderBlock {
  readonly #headers: readonly Header[];
  readonly bytes: number;

  constructor(headers: readonly Header[]) {
    this.#headers = headers;
    this.bytes = headers.reduce((sum, header) => sum + sizeOf(header), 0);
  }

  get count(): number {
    return this.#headers.length;
  }

  write(writer: ByteWriter): void {
    for (const [name, value] of this.#headers) {
      writer.varintText(name);
      writer.varintBytes(value);
    }
  }
}

function sizeOf([name, value]: Header): number {
  const length = Buffer.byteLength(name);
  return varintBytes(length) + length + sizeOfBytes(value);
}

/** Of bytes with their length before them; `null` = none. */
export function sizeOfBytes(bytes: Uint8Array | null): number {
  return bytes === null ? 1 : varintBytes(bytes.length) + bytes.length;
}
