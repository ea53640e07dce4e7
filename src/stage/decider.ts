// Hot: measured by bench/growth/cell.ts.
import { decodeParts, flowOf } from '../flow/dialects/decode-flow.ts';
import type { DecodeLimits, FlowNumbers } from '../flow/dialects/decode-flow.ts';
import type { RecordCore } from '../flow/dialects/record-core.ts';
import type { ScannedRecord } from '../flow/dialects/scanned-record.ts';
import type { Unreadable } from '../flow/dialects/unreadable.ts';
import type { RecordWriter } from '../flow/dialects/writer.ts';
import type { EvaluationMaker } from '../flow/encode-evaluation.ts';
import type { FlowEvaluation } from '../flow/evaluation.ts';
import type { Flow } from '../flow/flow.ts';
import type { Recollection } from '../flow/identity/known-readings.ts';
import type { Cells } from './cells.ts';
import { DecisionKeys } from './decision-keys.ts';
import { decisionOf } from './decision.ts';
import type { Decision } from './decision.ts';
import { KnownParts } from './known-parts.ts';
import type { CompleteFlow, KnownFlow } from './known-parts.ts';
import type { Limits } from './limits.ts';
import { partBytesOf, type DecisionMemo } from './memo.ts';

/** Judges one flow by one set of policies: a function of the flow and nothing else. `recalled` spares it work. */
export type FlowJudge = (flow: Flow, recalled: Recollection | null) => FlowEvaluation;

export interface DeciderOptions {
  readonly maker: EvaluationMaker;
  readonly writer: RecordWriter;
  readonly limits: DecodeLimits & Pick<Limits, 'memoBytes'>;
  readonly cells: Cells | null;
  readonly core: RecordCore;
  readonly memo: DecisionMemo<Decision>;
}

/**
 * Decides of records that are like none before: mostly of known ends and to a known end, so that little is decoded
 * and nothing is written that was written before.
 */
export class Decider {
  readonly #judge: FlowJudge;
  readonly #options: DeciderOptions;
  readonly #parts: KnownParts;
  readonly #keys = new DecisionKeys();

  constructor(judge: FlowJudge, options: DeciderOptions) {
    this.#judge = judge;
    this.#options = options;
    this.#parts = new KnownParts(partBytesOf(options.limits));
  }

  /** Numbers of parts begin anew. */
  forget(): void {
    this.#parts.forget();
    this.#keys.forget();
  }

  /** What is decided of the record that the memo was last asked about. */
  decide(record: ScannedRecord, timeClass: number): Decision | Unreadable {
    const { limits, memo, core } = this.#options;
    if (memo.number < 0) return this.#decideAlone(record);
    const { tuple } = core;
    const { form } = record;
    const known = this.#parts.of(tuple);
    const decoded = decodeParts(record, limits, partsOf(known));
    if ('status' in decoded) return decoded;
    const flow = this.#parts.complete(tuple, known, { parts: decoded.parts, form });
    const evaluation = this.#evaluate(flow, decoded.numbers, timeClass);
    const key = this.#keyOf(evaluation, flow, tuple);
    const equal = memo.recallEqual(key);
    if (equal !== undefined) return equal;
    const decision = this.#decisionOf(evaluation, record, key);
    memo.remember(decision);
    return decision;
  }

  /**
   * Decides of a record that the lane has read and numbered, if all of its parts are known, so that the lane can
   * write it; false = it comes to nothing that is remembered.
   */
  link(startMs: number): boolean {
    const { tuple, ports } = this.#options.core;
    const { source, destination, rest } = this.#parts.of(tuple);
    if (source === null || destination === null || rest === null) return false;
    const sourceClass = tuple[5]!;
    const destClass = tuple[6]!;
    if (sourceClass === ODD_PORT || destClass === ODD_PORT) return false;
    const numbers = {
      sourcePort: sourceClass < 0 ? null : ports.sourceOf(sourceClass),
      destPort: destClass < 0 ? null : ports.destinationOf(destClass),
      startMs: startMs === 0 ? null : startMs,
      endMs: null,
    };
    const flow = { source, destination, rest };
    const evaluation = this.#evaluate(flow, numbers, tuple[3]!);
    return this.#options.memo.linkEqual(this.#keyOf(evaluation, flow, tuple));
  }

  /** Of a record for which there is no room in an empty memo. */
  #decideAlone(record: ScannedRecord): Decision | Unreadable {
    const decoded = decodeParts(record, this.#options.limits, {});
    if ('status' in decoded) return decoded;
    const evaluation = this.#judge(flowOf(decoded.parts, decoded.numbers), null);
    return this.#decisionOf(evaluation, record, '');
  }

  #evaluate(
    { source, destination, rest }: CompleteFlow,
    numbers: FlowNumbers,
    timeClass: number,
  ): FlowEvaluation {
    const parts = { source: source.part, destination: destination.part, rest: rest.part };
    return this.#judge(flowOf(parts, numbers), {
      source: source.readings,
      destination: destination.readings,
      trace: rest.trace,
      timeClass,
    });
  }

  #keyOf(evaluation: FlowEvaluation, { rest }: CompleteFlow, tuple: Int32Array): string {
    const lists = rest.form.encodesByRecord ? 1 + tuple[2]! : 0;
    return this.#keys.keyOf(evaluation, tuple[4]!, lists);
  }

  #decisionOf(evaluation: FlowEvaluation, record: ScannedRecord, key: string): Decision {
    const { writer, maker, cells } = this.#options;
    return decisionOf(evaluation, { key, record, writer, maker, cells });
  }
}

function partsOf({ source, destination, rest }: KnownFlow) {
  return { source: source?.part, destination: destination?.part, rest: rest?.part };
}

const ODD_PORT = -2;
