// Hot: measured by bench/micro/records.bench.ts.
import type { Header } from '../ports.ts';
import { ByteReader } from './byte-reader.ts';

/** The headers of a record as they lie in a batch, one after the other without their number. */
export class PackedHeaders {
  readonly bytes: Buffer;
  readonly count: number;

  /** Of bytes that have been checked. */
  constructor(bytes: Buffer, count: number) {
    this.bytes = bytes;
    this.count = count;
  }

  /** Whether one of them has one of these names, which are given by their length. */
  haveAny(names: NamesByLength): boolean {
    const reader = new ByteReader(this.bytes);
    for (let index = 0; index < this.count; index += 1) {
      const length = reader.skipVarintBytes();
      const end = reader.at;
      for (const name of names[length] ?? NO_NAMES) {
        if (this.bytes.compare(name, 0, length, end - length, end) === 0) return true;
      }
      reader.skipVarintBytes();
    }
    return false;
  }

  /** Bytes of names and values. */
  contentBytes(): number {
    const reader = new ByteReader(this.bytes);
    let sum = 0;
    for (let index = 0; index < this.count; index += 1) {
      sum += reader.skipVarintBytes() + Math.max(0, reader.skipVarintBytes());
    }
    return sum;
  }

  headers(): readonly Header[] {
    const reader = new ByteReader(this.bytes);
    return Array.from({ length: this.count }, (): Header => [
      reader.varintBytes()?.toString('utf8') ?? '',
      reader.varintBytes(),
    ]);
  }
}

export type NamesByLength = readonly (readonly Uint8Array[] | undefined)[];

/** Texts as `haveAny` looks them up. */
export function namesByLength(names: Iterable<string>): NamesByLength {
  const byLength: Uint8Array[][] = [];
  for (const name of names) (byLength[Buffer.byteLength(name)] ??= []).push(Buffer.from(name));
  return byLength;
}

const NO_NAMES: readonly Uint8Array[] = [];
