import type { IHeaders, KafkaMessage, Message } from 'kafkajs';

import type { Header, InputRecord, OutputRecord } from '../stage/ports.ts';

/** A record as the stage sees it. Keys and values are views, never copied. */
export function fromKafka(message: KafkaMessage): InputRecord {
  return {
    offset: Number(message.offset),
    timestampMs: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: headersFrom(message.headers ?? {}),
  };
}

/** A record as kafkajs sends it, to an explicit partition. */
export function toKafka(record: OutputRecord, partition: number): Message {
  return {
    partition,
    key: asBuffer(record.key),
    value: asBuffer(record.value),
    timestamp: String(record.timestampMs),
    headers: headersTo(record.headers),
  };
}

function headersFrom(headers: IHeaders): Header[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one): Header => [name, bytesOf(one)]),
  );
}

function bytesOf(value: Buffer | string | null | undefined): Uint8Array | null {
  return typeof value === 'string' ? Buffer.from(value) : (value ?? null);
}

function headersTo(headers: readonly Header[]): IHeaders {
  const byName = new Map<string, Buffer[]>();
  for (const [name, value] of headers) {
    const values = byName.get(name);
    // kafkajs cannot write a null header value.
    const bytes = asBuffer(value) ?? Buffer.alloc(0);
    if (values === undefined) byName.set(name, [bytes]);
    else values.push(bytes);
  }
  return Object.fromEntries(byName);
}

function asBuffer(bytes: Uint8Array | null): Buffer | null {
  if (bytes === null || Buffer.isBuffer(bytes)) return bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
