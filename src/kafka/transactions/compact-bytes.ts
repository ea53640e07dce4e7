import { ByteReader, WireError } from '../../stage/records/byte-reader.ts';
import { ByteWriter } from '../../stage/records/byte-writer.ts';

/** What flexible versions of requests add: lengths and counts as varints without a sign, and tagged fields. */
export class CompactWriter extends ByteWriter {
  /** A length or a count. Kafka tells both with one added, where there could be `null`. */
  count(value: number): void {
    let left = value;
    for (; left >= 0x80; left >>>= 7) this.int8(((left & 0x7f) | 0x80) - 0x100);
    this.int8(left);
  }

  /** A text after its length and one. */
  compactText(text: string): void {
    const bytes = Buffer.from(text);
    this.count(bytes.length + 1);
    this.raw(bytes);
  }

  noTags(): void {
    this.int8(0);
  }
}

/** Reads what `CompactWriter` writes, within the bytes of an answer. */
export class CompactReader extends ByteReader {
  /** @throws WireError */
  count(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.int8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte >= 0) return value;
    }
    throw new WireError('a number that does not end');
  }

  /** @throws WireError */
  skipTags(): void {
    for (let tags = this.count(); tags > 0; tags -= 1) {
      this.count(); // number of the field
      this.skip(this.count());
    }
  }
}
