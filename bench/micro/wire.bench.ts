// What reading and writing a record batch costs: `node bench/micro/wire.bench.ts`. An iteration is a
// batch of 1,000 records of about 1 KB; kafkajs's own codec stands beside ours.
import { bench, run, summary } from 'mitata';
import { readBatches } from '../../src/kafka/wire/read-batches.ts';
import { writeBatch } from '../../src/kafka/wire/write-batch.ts';
import { limits } from '../../src/stage/limits.ts';
import type { OutputRecord } from '../../src/stage/ports.ts';
import { packRecords } from '../../src/stage/records/output-records.ts';
import { plainBatch } from '../../test/kafka/wire/plain.ts';
import { stockDecode, stockEncode } from '../../test/kafka/wire/stock.ts';
import { batchOfRecords } from '../../test/support/wire-bytes.ts';
import { createWorkload } from '../workload/workload.ts';

const RECORDS = 1000;

const workload = createWorkload('small', 1);
const records = Array.from({ length: RECORDS }, (_, index): OutputRecord => ({
  timestampMs: 1_700_000_000_000 + index,
  key: null,
  value: workload.next(),
  headers: [['flow-source', Buffer.from(`flows/0/${index}`)]],
}));
const options = {
  producerId: 1n,
  producerEpoch: 0,
  firstSequence: 0,
  isTransactional: false,
};
const reading = { ...limits, isGivenUp: () => false };

const written = packRecords(records).chunks();
for (const [codec, name] of ['none', 'gzip', 'snappy', 'lz4', 'zstd'].entries()) {
  const batch = await batchOfRecords(records, { ...options, codec });
  summary(() => {
    bench(`write, ${name}`, async () => {
      for (const chunk of written) await writeBatch(chunk, { ...options, codec });
    });
    if (codec === 0) {
      bench('pack and write, plainly', async () => plainBatch(records, { ...options, codec }));
      bench('pack and write', async () => batchOfRecords(records, { ...options, codec }));
      bench('write, kafkajs', async () => stockEncode(records, { ...options, codec }));
    }
  });
  summary(() => {
    bench(`read, ${name}`, async () => readBatches(batch, [], reading));
    if (codec === 0) bench('read, kafkajs', async () => stockDecode(batch));
  });
}

await run();
