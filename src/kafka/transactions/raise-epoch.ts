// kafkajs asks for a producer in a version that always gives one, whoever has it. Version 3 names the one that we
// have, and is refused where somebody else has taken it over.
import type { Broker, TransactionalRequest } from '../broker.ts';
import { protocolError } from '../protocol-error.ts';
import { askFlexibly } from './flexible.ts';

/** Number of the request, and its first version that names a producer (Kafka 2.5, KIP-360). */
const initProducerId = { apiKey: 22, apiVersion: 3, apiName: 'InitProducerId' } as const;

/**
 * The same producer under the epoch after its own. Rejects if its own is not the latest any more, or while the end of its
 * last transaction is being written.
 */
export async function raiseEpoch(
  coordinator: Broker,
  { transactionalId, producerId, producerEpoch }: TransactionalRequest,
  transactionTimeoutMs: number,
): Promise<TransactionalRequest> {
  const { errorCode, ...next } = await askFlexibly(coordinator, {
    ...initProducerId,
    bytesMax: Buffer.byteLength(transactionalId) + fixedBytesMax,
    write: (writer) => {
      writer.compactText(transactionalId);
      writer.int32(transactionTimeoutMs);
      writer.int64(Number(producerId));
      writer.int16(producerEpoch);
      writer.noTags();
    },
    read: (reader) => {
      reader.int32(); // throttle time
      const code = reader.int16();
      const answer = { producerId: String(reader.int64()), producerEpoch: reader.int16() };
      reader.skipTags();
      return { errorCode: code, ...answer };
    },
  });
  if (errorCode !== 0) throw protocolError(errorCode);
  return { transactionalId, ...next };
}

const fixedBytesMax = 32;
