import { isUtf8 } from 'node:buffer';
import { unreachable } from '../../std/assert.ts';
import { isPrimitive } from './schema.ts';
import type { PrimitiveKind, RecordField, Schema } from './schema.ts';
import { readExactLong, readLong, varintEnd } from './varint.ts';

/** Thrown where a text is not UTF-8. */
export class InvalidText extends Error {}

/**
 * The value that begins at `at`, as a parser of JSON would give it: symbols as texts, numbers of 64 bits
 * as the nearest double, maps and records as objects; members that are null are left out. The skipper
 * has been past it. Throws `InvalidText`.
 */
export function readValue(schema: Schema, bytes: Buffer, at: number): unknown {
  return new ValueReader(bytes, at).read(schema);
}

class ValueReader {
  protected readonly bytes: Buffer;
  protected at: number;

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  read(schema: Schema): unknown {
    if (isPrimitive(schema)) return this.#primitive(schema.kind);
    switch (schema.kind) {
      case 'fixed':
        return this.#take(schema.size);
      case 'enum':
        return schema.symbols[this.#long()];
      case 'union':
        return this.#branch(schema.branches);
      case 'array':
        return this.#list(schema.items);
      case 'map':
        return this.#map(schema.items);
      case 'record':
        return this.#record(schema.fields);
      default:
        return unreachable(schema);
    }
  }

  #primitive(kind: PrimitiveKind): unknown {
    switch (kind) {
      case 'null':
        return null;
      case 'boolean':
        return this.#take(1)[0] === 1;
      case 'int':
        return this.#long();
      case 'long':
        return this.long();
      case 'float':
        return this.#take(4).readFloatLE();
      case 'double':
        return this.#take(8).readDoubleLE();
      case 'bytes':
        return this.#take(this.#long());
      case 'string':
        return this.text(this.#take(this.#long()));
      default:
        return unreachable(kind);
    }
  }

  #list(type: Schema): unknown[] {
    const items: unknown[] = [];
    this.#eachItem(() => items.push(this.read(type)));
    return items;
  }

  #map(type: Schema): Record<string, unknown> {
    const members = newObject();
    this.#eachItem(() => {
      const name = this.text(this.#take(this.#long()));
      members[name] = this.read(type);
    });
    return members;
  }

  #record(fields: readonly RecordField[]): Record<string, unknown> {
    const members = newObject();
    for (const { name, schema } of fields) {
      const value = this.read(schema);
      if (value !== null) members[name] = value;
    }
    return members;
  }

  #branch(branches: readonly Schema[]): unknown {
    const branch = branches[this.#long()];
    return branch === undefined ? null : this.read(branch);
  }

  #eachItem(readItem: () => void): void {
    for (let count = this.#long(); count !== 0; count = this.#long()) {
      // The size of the block, which nobody asks for.
      if (count < 0) this.#long();
      for (let i = Math.abs(count); i > 0; i -= 1) readItem();
    }
  }

  protected text(bytes: Buffer): string {
    if (!isUtf8(bytes)) throw new InvalidText();
    return bytes.toString('utf8');
  }

  protected long(): number | bigint {
    return this.#long();
  }

  #long(): number {
    const at = this.at;
    this.at = varintEnd(this.bytes, at, this.bytes.length);
    return readLong(this.bytes, at);
  }

  #take(size: number): Buffer {
    const at = this.at;
    this.at += size;
    return this.bytes.subarray(at, this.at);
  }
}

/**
 * Reads one value after the other, the same but for this: numbers of 64 bits are exact, and a text that
 * is not UTF-8 is mended.
 */
export class ExactReader extends ValueReader {
  protected override text(bytes: Buffer): string {
    return bytes.toString('utf8');
  }

  protected override long(): bigint {
    const at = this.at;
    super.long();
    return readExactLong(this.bytes, at);
  }
}

/** One without a prototype: a member may have any name. */
function newObject(): Record<string, unknown> {
  const object: Record<string, unknown> = Object.create(null);
  return object;
}
