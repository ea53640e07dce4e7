import { addLayout, endOf, layoutKinds, startOf } from '../dialects/core-layout.ts';
import type { LaneEdit } from '../dialects/core-layout.ts';
import { Field } from '../dialects/fields.ts';
import type { RecordCore } from '../dialects/record-core.ts';
import type { AvroSchema } from './avro-schema.ts';
import { AvroPiece } from './enrichment.ts';
import { FieldOrder } from './field-order.ts';
import { numberWritings, portWriting } from './lane-numbers.ts';
import { addProgram, programBytes } from './lane-program.ts';

export interface AvroLaneForm {
  readonly formNumber: number;
  /** What stands before each record, and what takes its place. */
  readonly prefix: Uint8Array;
  readonly newPrefix: Uint8Array;
}

/** What the core knows of a form: as in `ScannedRecord`. */
export interface CoreForm {
  readonly lists: number;
  readonly laneLayout: number;
}

/**
 * Tells the lane of what a schema writes, as `assembly/read-avro.ts` reads it. Once there is no more room, records
 * of further schemas are left to the host.
 */
export function addAvroLayout(
  core: RecordCore,
  schema: AvroSchema,
  { formNumber, prefix, newPrefix }: AvroLaneForm,
): CoreForm {
  const { program } = schema;
  if (!core.hasRoom(programBytes(program) + OTHER_BYTES_MAX)) {
    return { lists: core.listsOfBytes, laneLayout: 0 };
  }
  const order = new FieldOrder(program);
  const { types } = schema;
  const lists = core.addLists(
    order.judgedSpans(),
    portWriting(types.get(Field.sourcePort)),
    portWriting(types.get(Field.destPort)),
  );
  const numbers = numberWritings(types);
  const own = Buffer.alloc(NUMBERS + numbers.length);
  own.writeUInt32LE(addProgram(core, program));
  own.writeInt32LE(schema.output.nullTraces ?? -1, NULL_TRACES);
  own.set(numbers, NUMBERS);
  const kind = layoutKinds.avro;
  const ways = waysOf(schema, order);
  const laneLayout = addLayout(core, { kind, formNumber, lists, prefix, newPrefix, ways, own });
  return { lists, laneLayout };
}

/** As `AvroForm.place` does it: for records that have traces, and for those that have none. */
function waysOf(schema: AvroSchema, order: FieldOrder): readonly (readonly LaneEdit[])[] {
  const { added } = schema.output;
  const evaluation: LaneEdit = {
    ...(added.has('evaluation') ? after(Field.record) : inPlaceOf(Field.evaluation)),
    ...untold,
    piece: AvroPiece.beforeStamp,
    isStamped: true,
  };
  const policies = { ...untold, piece: AvroPiece.policies };
  const ways = added.has('policies')
    ? [[{ ...after(Field.record), ...policies }]]
    : [tracesOf(schema), [{ ...inPlaceOf(Field.policies), ...policies }]];
  return ways.map((edits) =>
    [...edits, evaluation].toSorted((a, b) => order.of(a.from) - order.of(b.from)),
  );
}

function tracesOf({ output: { added }, types }: AvroSchema): readonly LaneEdit[] {
  const pending = {
    ...(added.has('pending') ? after(Field.policies) : inPlaceOf(Field.pending)),
    ...untold,
    piece: AvroPiece.hits,
  };
  const hasUpstream = types.has(Field.pendingUpstream);
  if (!hasUpstream && !added.has('pendingUpstream')) return [pending];
  const place = hasUpstream ? inPlaceOf(Field.pendingUpstream) : after(Field.policies);
  return [pending, { ...place, ...untold, piece: AvroPiece.upstream }];
}

type Place = Pick<LaneEdit, 'from' | 'to'>;

function inPlaceOf(field: number): Place {
  return { from: startOf(field), to: endOf(field) };
}

function after(field: number): Place {
  return { from: endOf(field), to: endOf(field) };
}

const untold = { back: 0, text: Buffer.alloc(0), isStamped: false } as const;

const NULL_TRACES = 4;
const NUMBERS = 8;
/** Of a layout, but for its program: three lists, two ways, two prefixes, and what makes them whole words. */
const OTHER_BYTES_MAX = 2048;
