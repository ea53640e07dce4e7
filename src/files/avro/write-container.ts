import { containerCodecs } from './container-codecs.ts';
import { encodeHeader, type ContainerHeader } from './container-header.ts';
import { encodeLong } from './long.ts';

/** A block is written once its records have this many bytes. */
const blockBytes = 64 * 1024;

/** Writes an Avro object container: the bytes of its header, of its blocks, of what is left. */
export class ContainerWriter {
  readonly #header: ContainerHeader;
  #records: Uint8Array[] = [];
  #bytes = 0;

  /** The codec is one of `containerCodecs`. */
  constructor(header: ContainerHeader) {
    this.#header = header;
  }

  /** What a container begins with. */
  begin(): Buffer {
    return encodeHeader(this.#header);
  }

  /** What there is to write now, which may be nothing. */
  async add(records: readonly Uint8Array[]): Promise<Buffer> {
    const blocks: Buffer[] = [];
    for (const record of records) {
      // Whoever gave it may use its memory again.
      this.#records.push(Buffer.from(record));
      this.#bytes += record.length;
      if (this.#bytes >= blockBytes) blocks.push(await this.finish());
    }
    return Buffer.concat(blocks);
  }

  /** The records that wait, as a block. */
  async finish(): Promise<Buffer> {
    const { codec: name, sync } = this.#header;
    const codec = containerCodecs.get(name);
    if (codec === undefined || this.#records.length === 0) return Buffer.alloc(0);
    const packed = await codec.compress(Buffer.concat(this.#records));
    const count = this.#records.length;
    this.#records = [];
    this.#bytes = 0;
    return Buffer.concat([encodeLong(count), encodeLong(packed.length), packed, sync]);
  }
}
