import { hash } from 'node:crypto';

import type { Answer } from '../flow/dialects/answer-room.ts';
import type { Enrichment } from '../flow/dialects/form.ts';
import { JsonForm } from '../flow/dialects/json-form.ts';
import type { ScannedRecord } from '../flow/dialects/scanned-record.ts';
import type { RecordWriter } from '../flow/dialects/writer.ts';
import { changeWords } from '../flow/encode-evaluation.ts';
import type { EvaluationMaker } from '../flow/encode-evaluation.ts';
import type { FlowEvaluation } from '../flow/evaluation.ts';
import type { Cells } from './cells.ts';
import { chargesOf } from './charges.ts';
import type { Countable } from './tally.ts';

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
  /** The same for the lane; `null` = it is for records that the lane does not take. */
  readonly answer: Omit<Answer, 'number'> | null;
}

export interface DecisionOptions {
  /** The record that the evaluation is of. */
  readonly record: ScannedRecord;
  readonly writer: RecordWriter;
  readonly maker: EvaluationMaker;
  /** `null` = nobody counts. */
  readonly cells: Cells | null;
}

export function decisionOf(evaluation: FlowEvaluation, options: DecisionOptions): Decision {
  const { record, writer, maker, cells } = options;
  const { form, formNumber } = record;
  const enrichment = writer.encode(evaluation, maker, record);
  const { pending, evaluation: member, stampAt } = enrichment;
  const { enforcedVerdict, certainty, solos } = evaluation;
  // The member says all but these.
  const beside = JSON.stringify([formNumber, enforcedVerdict, certainty, solos]);
  return {
    status: 'decided',
    dialect: form.dialect.name,
    evaluation,
    enrichment,
    cells: Int32Array.from(
      cells === null ? [] : chargesOf(evaluation).map((charge) => cells.cellOf(charge)),
    ),
    counter: cells,
    change: changes[evaluation.change],
    answer:
      form instanceof JsonForm
        ? { pending, member, stampAt, tail: changeHeaders.indexOf(changes[evaluation.change]) }
        : null,
    key: hash('sha256', Buffer.concat([pending, member, Buffer.from(beside)]), 'base64'),
    size: pending.length + member.length + OBJECTS * (member.length + beside.length),
  };
}

/** An evaluation as objects takes so many times the bytes of its text: measured with a thousand policies and with five. */
const OBJECTS = 2;

const changes: Readonly<Record<FlowEvaluation['change'], Buffer>> = {
  unchanged: Buffer.from(changeWords.unchanged),
  'newly-denied': Buffer.from(changeWords['newly-denied']),
  'newly-allowed': Buffer.from(changeWords['newly-allowed']),
  uncertain: Buffer.from(changeWords.uncertain),
  'not-evaluated': Buffer.from(changeWords['not-evaluated']),
};

/** Every value of the header `flow-verdict-change`: equal ones are one and the same buffer. */
export const changeHeaders: readonly Buffer[] = Object.values(changes);
