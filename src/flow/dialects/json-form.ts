// Hot: measured by bench/micro/records.bench.ts.
import { encodeEvaluation } from '../encode-evaluation.ts';
import type { EvaluationMaker } from '../encode-evaluation.ts';
import type { FlowEvaluation } from '../evaluation.ts';
import type { Carried } from './carried.ts';
import { carryMembers } from './carry-members.ts';
import type { Dialect } from './dialect.ts';
import type { Edit, Edits } from './edits.ts';
import { Field } from './fields.ts';
import type { Enrichment, Placed, RecordForm } from './form.ts';
import type { Layout } from './layout.ts';
import { memberTree } from './member-tree.ts';
import type { MemberTree } from './member-tree.ts';
import { readCount, readTimeMs } from './numbers.ts';
import type { ScannedRecord } from './scanned-record.ts';
import { TextEnrichment } from './text-enrichment.ts';

/** JSON records of one dialect, under one of its wrappers. */
export class JsonForm implements RecordForm {
  readonly dialect: Dialect;
  readonly encodesByRecord: boolean;
  readonly layout: Layout;
  #members: MemberTree | null = null;

  constructor(layout: Layout) {
    this.layout = layout;
    this.dialect = layout.dialect;
    this.encodesByRecord = layout.dialect.spellsByRecord;
  }

  valueOf({ bytes, offsets }: ScannedRecord, field: number): unknown {
    const start = offsets[2 * field]!;
    if (start < 0) return undefined;
    return JSON.parse(bytes.toString('utf8', start, offsets[2 * field + 1])) ?? undefined;
  }

  timeOf({ bytes, offsets }: ScannedRecord, field: number): number {
    const start = offsets[2 * field]!;
    return start < 0 ? 0 : readTimeMs(bytes, start, offsets[2 * field + 1]!);
  }

  countOf({ bytes, offsets }: ScannedRecord, field: number): number {
    const start = offsets[2 * field]!;
    return start < 0 ? 0 : readCount(bytes, start, offsets[2 * field + 1]!);
  }

  carry({ bytes, offsets }: ScannedRecord): Carried {
    this.#members ??= memberTree(this.layout.known());
    return carryMembers(bytes, offsets[2 * Field.record]!, this.#members);
  }

  encode(evaluation: FlowEvaluation, maker: EvaluationMaker, record: ScannedRecord): Enrichment {
    const { json, stampAt } = encodeEvaluation(evaluation, maker);
    const pending = this.dialect.encodeHits(evaluation.pending, (field) =>
      this.valueOf(record, Field[field]),
    );
    return new TextEnrichment(pending, json, stampAt);
  }

  place(edits: Edits, record: ScannedRecord, { enrichment, stamp }: Placed): void {
    this.#pendingIn(edits, record).value = enrichment.pending;
    const evaluation = this.#evaluationIn(edits, record.offsets);
    evaluation.value = enrichment.evaluation;
    evaluation.stamp = stamp.json;
    evaluation.stampAt = enrichment.stampAt;
  }

  #pendingIn(edits: Edits, record: ScannedRecord): Edit {
    const { bytes, offsets } = record;
    const { policiesInHolder, policiesAnew, pendingInEmptyPolicies, pendingInPolicies } =
      this.layout;
    if (has(offsets, Field.pending)) return this.#pendingInPlace(edits, record);
    if (!has(offsets, Field.policies)) {
      const holder = has(offsets, Field.holder) ? Field.holder : Field.record;
      const edit = insertAtEnd(edits, offsets, holder);
      edit.before = policiesInHolder;
      edit.after = CLOSING_BRACE;
      return edit;
    }
    if (bytes[offsets[2 * Field.policies]!] !== OPEN_BRACE) {
      const edit = replace(edits, offsets, Field.policies);
      edit.before = policiesAnew;
      edit.after = CLOSING_BRACE;
      return edit;
    }
    const edit = insertAtEnd(edits, offsets, Field.policies);
    const isEmpty = isEmptyObject(bytes, offsets[2 * Field.policies]!);
    edit.before = isEmpty ? pendingInEmptyPolicies : pendingInPolicies;
    return edit;
  }

  /** In the place of the list that came, which moves away where its dialect keeps it (flow-records 3.2). */
  #pendingInPlace(edits: Edits, { bytes, offsets }: ScannedRecord): Edit {
    const { upstreamInPolicies } = this.layout;
    const isKept = upstreamInPolicies !== null && !has(offsets, Field.evaluator);
    if (!isKept || holds(bytes, offsets, Field.pendingUpstream)) {
      return replace(edits, offsets, Field.pending);
    }
    const start = offsets[2 * Field.pending]!;
    if (!has(offsets, Field.pendingUpstream)) {
      // The list stays where it is and gets another name.
      const edit = edits.add(start, start);
      edit.after = upstreamInPolicies;
      return edit;
    }
    const upstream = replace(edits, offsets, Field.pendingUpstream);
    upstream.value = bytes.subarray(start, offsets[2 * Field.pending + 1]);
    return replace(edits, offsets, Field.pending);
  }

  #evaluationIn(edits: Edits, offsets: Int32Array): Edit {
    if (has(offsets, Field.evaluation)) return replace(edits, offsets, Field.evaluation);
    const edit = insertAtEnd(edits, offsets, Field.record);
    edit.before = this.layout.evaluationInRecord;
    return edit;
  }
}

const CLOSING_BRACE = Buffer.from('}');
const OPEN_BRACE = 0x7b;
const SPACE = 0x20;
const LOWER_N = 0x6e;

function has(offsets: Int32Array, field: number): boolean {
  return offsets[2 * field]! >= 0;
}

/** Whether the field is there and not null. */
function holds(bytes: Buffer, offsets: Int32Array, field: number): boolean {
  return has(offsets, field) && bytes[offsets[2 * field]!] !== LOWER_N;
}

function replace(edits: Edits, offsets: Int32Array, field: number): Edit {
  return edits.add(offsets[2 * field]!, offsets[2 * field + 1]!);
}

function insertAtEnd(edits: Edits, offsets: Int32Array, object: number): Edit {
  const end = offsets[2 * object + 1]! - 1;
  return edits.add(end, end);
}

function isEmptyObject(bytes: Buffer, start: number): boolean {
  let next = start + 1;
  while (bytes[next]! <= SPACE) next += 1;
  return bytes[next] === CLOSING_BRACE[0];
}
