import type { AvroSchema } from '../flow/avro/avro-schema.ts';
import { CodedError } from '../std/coded-error.ts';
import type {
  Batch,
  BatchHandler,
  Clock,
  Counters,
  DeadLetter,
  JudgedBatch,
  JudgeHolder,
  Sink,
} from './ports.ts';
import { packRecords } from './records/output-records.ts';
import type { ChunkLimits } from './records/output-records.ts';
import type { SchemaSource } from './writer-schemas.ts';

export interface LoopOptions {
  readonly judge: JudgeHolder;
  /** Without it records that name a schema cannot be read. */
  readonly schemas?: SchemaSource<AvroSchema> | null;
  readonly sink: Sink;
  readonly counters: Counters;
  readonly clock: Clock;
  readonly outputTopic: string;
  readonly limits: ChunkLimits;
  /** `null` = stop at the first bad record. */
  readonly deadLetters: { readonly topic: string; readonly partitions: number } | null;
}

/**
 * The way of every batch: get to know the schemas it names, judge it whole by one set of policies, write what follows from it, wait for
 * the acknowledgement, count it. Whoever calls commits after that and not before.
 */
export function createBatchHandler(options: LoopOptions): BatchHandler {
  const { judge, schemas = null, counters, clock, outputTopic } = options;
  return async (batch, signal, sink = options.sink) => {
    const known = schemas === null ? null : await schemas.prepare(batch, signal);
    const judged = judge.current(batch, clock.nowMs(), known);
    const { partition } = batch;
    const deadLetters = deadLettersOf(judged, batch, options);
    await Promise.all([
      judged.outputs.length > 0 &&
        sink.produce({ topic: outputTopic, partition }, judged.outputs.chunks(), signal),
      deadLetters !== null && sink.produce(deadLetters.to, deadLetters.chunks, signal),
    ]);
    await sink.commit?.();
    judged.release?.();
    counters.add(judged.tally);
  };
}

function deadLettersOf({ deadLetters }: JudgedBatch, batch: Batch, options: LoopOptions) {
  const [first] = deadLetters;
  if (first === undefined) return null;
  if (options.deadLetters === null) throw stopAt(first, batch);
  const { topic, partitions } = options.deadLetters;
  return {
    to: { topic, partition: batch.partition % partitions },
    chunks: packRecords(
      deadLetters.map(({ record }) => record),
      options.limits,
    ).chunks(),
  };
}

function stopAt({ offset, reason }: DeadLetter, { topic, partition }: Batch): CodedError {
  return new CodedError(
    'input/bad-record',
    `record ${topic}/${partition}/${offset} cannot be judged, \`${reason}\`, and \`deadLetter.topic\` ` +
      'is empty; nothing of its batch was written',
  );
}
