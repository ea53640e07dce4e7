// kafkajs speaks no version of a request whose lengths are varints and that ends in tagged fields. Here is what
// such requests have in common.
import type { Broker } from '../broker.ts';
import { CompactReader, CompactWriter } from './compact-bytes.ts';

/** A request by its number and version. */
export interface FlexibleRequest<Answer> {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
  /** At least the bytes that `write` writes. */
  readonly bytesMax: number;
  readonly write: (writer: CompactWriter) => void;
  /** Reads what follows the head of the answer. */
  readonly read: (reader: CompactReader) => Answer;
}

/**
 * Asks a broker in a version with the flexible head, whose last byte kafkajs's own head lacks.
 * @throws WireError if the answer is cut short
 */
export async function askFlexibly<Answer>(
  broker: Broker,
  { apiKey, apiVersion, apiName, bytesMax, write, read }: FlexibleRequest<Answer>,
): Promise<Answer> {
  const writer = new CompactWriter(Buffer.allocUnsafe(bytesMax + 1));
  writer.noTags();
  write(writer);
  const bytes = writer.bytes.subarray(0, writer.at);
  return broker.connectionPool.send({
    request: {
      apiKey,
      apiVersion,
      apiName,
      encode: async () => ({ buf: bytes, buffer: bytes }),
    },
    response: {
      decode: async (payload) => {
        const reader = new CompactReader(payload);
        reader.skipTags();
        return read(reader);
      },
      parse: async (decoded) => decoded,
    },
  });
}
