import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

import { readConfig } from '../../src/commands/config/read-config.ts';
import { readBareSchema } from '../../src/commands/run/avro.ts';
import { createParts } from '../../src/commands/run/parts.ts';
import { recordsIn } from '../../src/stage/records/read-columns.ts';
import type { RecordColumns } from '../../src/stage/records/columns.ts';
import { packRecords } from '../../src/stage/records/output-records.ts';
import type { RecordForm } from '../run/session.ts';
import type { Workload } from '../workload/workload.ts';

/** The stage without Kafka: everything between the records of a batch and those that follow from it. */
export interface BatchCore {
  /** Judges, writes and counts one batch. */
  judge(records: RecordColumns): void;
}

/** Records as they lie in a batch of Kafka's, without its header. */
export function packed(values: readonly Buffer[], firstOffset: number): RecordColumns {
  const records = values.map((value) => ({ timestampMs: 0, key: null, value, headers: [] }));
  const [chunk] = packRecords(records).chunks();
  if (chunk === undefined) throw new Error('a batch without records');
  return recordsIn(chunk.bytes, {
    baseOffset: firstOffset,
    lastOffset: firstOffset + values.length - 1,
    recordCount: values.length,
    baseTimestampMs: 0,
    maxTimestampMs: 0,
    isLogAppendTime: false,
  });
}

/** How many records a batch of the benches has. */
export const batchRecords = 250;

/** So that what follows is new only as far as it is meant to be. */
export function meetEveryFlow(core: BatchCore, records: Workload): void {
  for (let flow = 0; flow < records.flows; flow += batchRecords) {
    const count = Math.min(batchRecords, records.flows - flow);
    core.judge(
      packed(
        Array.from({ length: count }, (_, at) => records.of(flow + at)),
        flow,
      ),
    );
  }
}

/** The inventory of a big cluster is more than a stage takes by default from one file. */
const raised = {
  REHEARSAL_LIMITS_POLICY_FILE_BYTES: String(2 ** 29),
  REHEARSAL_LIMITS_POLICY_BYTES: String(2 ** 29),
};

/** Records that name no schema. */
const avro = {
  REHEARSAL_INPUT_FORMAT: 'avro',
  REHEARSAL_INPUT_SCHEMA_FILE: fileURLToPath(
    new URL('../../schemas/flow-record.avsc', import.meta.url),
  ),
};

/** Policies are read and compiled, batches judged and counted, just as `rehearsal run` does it. */
export async function startBatchCore(
  workload: Pick<Workload, 'manifests'>,
  memoBytes: number,
  form: RecordForm = 'json',
): Promise<BatchCore> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-growth-'));
  writeFileSync(join(folder, 'cluster.json'), workload.manifests);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
  const { stdin } = process;
  const surroundings = { stdin, stdout: nowhere, stderr: nowhere, environment: {}, clock };
  const { config } = await readConfig({
    flags: [],
    environment: {
      REHEARSAL_POLICIES_PATHS: folder,
      REHEARSAL_LIMITS_MEMO_BYTES: String(memoBytes),
      ...raised,
      ...(form === 'avro' ? avro : {}),
    },
    file: undefined,
    isTerminal: false,
  });
  const bareSchema = await readBareSchema(config);
  const invocation = { surroundings, isColourWanted: false };
  const { policies, telemetry } = createParts(config, invocation, bareSchema);
  await policies.read();
  rmSync(folder, { recursive: true });
  return {
    judge: (records) => {
      const batch = { topic: 'flows', partition: 0, highWatermark: 0, records };
      const { outputs, tally, release } = policies.current(batch, clock.nowMs());
      telemetry.stage.add(tally);
      release?.();
      if (outputs.length < records.length) throw new Error('a record was refused');
    },
  };
}
