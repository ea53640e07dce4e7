import { isUtf8 } from 'node:buffer';

import { CodedError } from '../../std/coded-error.ts';
import type { ByteStream } from './byte-stream.ts';
import { containerCodecs } from './container-codecs.ts';
import { encodeLong, readLong } from './long.ts';

/** What stands at the beginning of a container. */
export interface ContainerHeader {
  /** JSON text of the schema that the records were written with. */
  readonly schema: string;
  /** Name of the codec; one of `containerCodecs`. */
  readonly codec: string;
  /** The 16 bytes behind every block. */
  readonly sync: Buffer;
}

const magic = Buffer.from('Obj\u0001');
export const syncBytes = 16;

/** Whether these first bytes of a file are those of a container. */
export function isContainer(head: Buffer): boolean {
  return head.subarray(0, magic.length).equals(magic);
}

/**
 * Reads the header, of at most `bytesMax` bytes.
 * @throws CodedError `input/container`: it is damaged, has no schema, or names a codec that is not read
 */
export async function readHeader(stream: ByteStream, bytesMax: number): Promise<ContainerHeader> {
  const bytes = await stream.peek(bytesMax);
  const { metadata, end } = readMetadata(bytes);
  const sync = Buffer.from(bytes.subarray(end, end + syncBytes));
  if (sync.length < syncBytes) throw damaged(bytes.length, bytesMax);
  const schema = metadata.get('avro.schema');
  const codec = String(metadata.get('avro.codec') ?? 'null');
  if (schema === undefined || !isUtf8(schema)) throw unreadable('its header has no `avro.schema`');
  if (!containerCodecs.has(codec)) throw unreadable(unreadCodec(codec));
  stream.skip(end + syncBytes);
  return { schema: schema.toString('utf8'), codec, sync };
}

export function encodeHeader({ schema, codec, sync }: ContainerHeader): Buffer {
  const members = [
    ['avro.schema', schema],
    ['avro.codec', codec],
  ] as const;
  const encoded = members.flatMap((member) => member.map(encodeBytes));
  return Buffer.concat([magic, encodeLong(members.length), ...encoded, encodeLong(0), sync]);
}

function encodeBytes(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([encodeLong(bytes.length), bytes]);
}

/** A map of bytes: blocks of members, the last of them empty. */
function readMetadata(bytes: Buffer) {
  const metadata = new Map<string, Buffer>();
  let at = magic.length;
  const long = (): number => {
    const read = readLong(bytes, at);
    if (read === null) throw damaged(at, bytes.length);
    at = read.end;
    return read.value;
  };
  const item = (): Buffer => {
    const length = long();
    if (length < 0 || length > bytes.length - at) throw damaged(at, bytes.length);
    at += length;
    return bytes.subarray(at - length, at);
  };
  for (let count = long(); count !== 0; count = long()) {
    // A negative count says that the bytes of the block follow.
    if (count < 0) long();
    for (let left = Math.abs(count); left > 0; left -= 1) {
      metadata.set(item().toString('utf8'), item());
    }
  }
  return { metadata, end: at };
}

function unreadCodec(codec: string): string {
  const names = [...containerCodecs.keys()].map((name) => `\`${name}\``).join(', ');
  const shown = JSON.stringify(codec.slice(0, 40)).slice(1, -1);
  return `its blocks are packed with \`${shown}\`, which is not read; pack them anew with one of ${names}`;
}

function damaged(at: number, bytesMax: number): CodedError {
  return unreadable(
    `its header is damaged, cut at byte ${at}, or longer than \`limits.recordBytes\` (${bytesMax} bytes were looked at)`,
  );
}

function unreadable(what: string): CodedError {
  return new CodedError('input/container', what);
}
