import type { Enrichment } from '../flow/dialects/form.ts';
import type { ScannedRecord } from '../flow/dialects/scanned-record.ts';
import type { RecordWriter } from '../flow/dialects/writer.ts';
import { changeWords } from '../flow/encode-evaluation.ts';
import type { EvaluationMaker } from '../flow/encode-evaluation.ts';
import type { FlowEvaluation } from '../flow/evaluation.ts';
import type { Cells } from './cells.ts';
import { chargesOf } from './charges.ts';
import type { Countable, Counted } from './tally.ts';

/** An evaluation with all that follows from it, ready to be written and counted many times. */
export interface Decision extends Countable {
  readonly status: 'decided';
  readonly enrichment: Enrichment;
  /** Value of the header `flow-verdict-change`. */
  readonly change: Buffer;
  /** Equal keys mean equal decisions. */
  readonly key: string;
  /** About how many bytes it takes to keep. */
  readonly size: number;
  /** Which tail the lane writes. */
  readonly laneTail: number;
}

export interface DecisionOptions {
  /** By `DecisionKeys`. */
  readonly key: string;
  /** The record that the evaluation is of. */
  readonly record: ScannedRecord;
  readonly writer: RecordWriter;
  readonly maker: EvaluationMaker;
  /** `null` = nobody counts. */
  readonly cells: Cells | null;
}

export function decisionOf(evaluation: FlowEvaluation, options: DecisionOptions): Decision {
  const { key, record, writer, maker, cells } = options;
  const enrichment = writer.encode(evaluation, maker, record);
  const [pending, member] = enrichment.parts;
  return {
    status: 'decided',
    dialect: record.form.dialect.name,
    evaluation: countedOf(evaluation),
    enrichment,
    cells: Int32Array.from(
      cells === null ? [] : chargesOf(evaluation).map((charge) => cells.cellOf(charge)),
    ),
    counter: cells,
    change: changes[evaluation.change],
    laneTail: changeHeaders.indexOf(changes[evaluation.change]),
    key,
    size: pending.length + member.length + key.length + OBJECTS_BYTES,
  };
}

/** The rest of an evaluation is in what is written, and would be kept for nothing. */
function countedOf({ direction, change, reasons, matchesUpstream }: Counted): Counted {
  return { direction, change, reasons, matchesUpstream };
}

/** About what a decision takes beside its bytes. */
const OBJECTS_BYTES = 1024;

const changes: Readonly<Record<FlowEvaluation['change'], Buffer>> = {
  unchanged: Buffer.from(changeWords.unchanged),
  'newly-denied': Buffer.from(changeWords['newly-denied']),
  'newly-allowed': Buffer.from(changeWords['newly-allowed']),
  uncertain: Buffer.from(changeWords.uncertain),
  'not-evaluated': Buffer.from(changeWords['not-evaluated']),
};

/** Value of the header `flow-verdict-change`. */
export function changeHeaderOf(change: FlowEvaluation['change']): Buffer {
  return changes[change];
}

/** Every value of the header `flow-verdict-change`: equal ones are one and the same buffer. */
export const changeHeaders: readonly Buffer[] = Object.values(changes);
