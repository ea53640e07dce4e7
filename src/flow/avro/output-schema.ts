import { Field } from '../dialects/fields.ts';
import type { FieldName } from '../dialects/fields.ts';
import type { Shape } from '../dialects/shape.ts';
import { findFields } from './find-fields.ts';
import {
  evaluationField,
  pendingField,
  pendingUpstreamField,
  policiesField,
} from './own-fields.ts';
import {
  ownNamespace,
  policyHitSchema,
  policyTraceSchema,
  stagedEvaluationSchema,
} from './own-types.ts';
import type { ReadSchema, SchemaProblem } from './read-schema.ts';
import type { FieldJson, SchemaJson } from './schema-json.ts';
import { asRecord, withoutNull } from './schema.ts';
import type { RecordField, RecordSchema, Schema } from './schema.ts';

/** Where in the output schema that is which we write, by the names it has there. */
export interface OutputFields {
  readonly policies: string;
  readonly pending: string;
  readonly evaluation: string;
  /** `null` = the schema has none. */
  readonly enforced: string | null;
  /** Where the list goes that ours takes the place of; `null` = it has no place. */
  readonly upstream: UpstreamField | null;
  /** Branch that says that a record has no traces; `null` = it always has. */
  readonly nullTraces: number | null;
  /** Those that the writer's schema lacks: they come after all others of their record. */
  readonly added: ReadonlySet<FieldName>;
}

export interface UpstreamField {
  readonly name: string;
  readonly nullBranch: number;
  readonly listBranch: number;
}

/** Adds to the JSON of the schema what it needs to hold an evaluation (flow-records 3.4, rule 2). */
export function addOutputFields(
  read: ReadSchema,
  root: RecordSchema,
  { shape, member }: { readonly shape: Shape; readonly member: string },
): OutputFields | SchemaProblem {
  const inRoot = fieldsByName(root, shape);
  const policies = inRoot.get('policies');
  const traces = policies === undefined ? null : asRecord(policies.schema);
  if (policies !== undefined && traces === null) {
    return { problem: `\`${policies.name}\` is no record` };
  }
  const traceShape = shape.membersByName.get('policies')?.shape;
  const inTraces = traces && traceShape ? fieldsByName(traces, traceShape) : NO_FIELDS;
  const additions = new Additions(read);
  if (traces === null) additions.addPolicies(root);
  else additions.addTraces(traces, inTraces);
  if (!inRoot.has('evaluation')) additions.addEvaluation(root, member);
  const { problem, added } = additions;
  if (problem !== null) return { problem };
  return {
    ...outputTraces(inTraces, added),
    policies: nameIn(inRoot, 'policies', 'policies'),
    evaluation: nameIn(inRoot, 'evaluation', member),
    nullTraces: policies === undefined ? null : nullBranchOf(policies.schema),
    added,
  };
}

function outputTraces(fields: FieldsByName, added: ReadonlySet<FieldName>) {
  const isAnew = added.has('policies');
  return {
    pending: nameIn(fields, 'pending', 'pending'),
    enforced: isAnew ? 'enforced' : (fields.get('enforced')?.name ?? null),
    upstream: isAnew || added.has('pendingUpstream') ? OWN_UPSTREAM : upstreamOf(fields),
  };
}

function nameIn(fields: FieldsByName, field: FieldName, otherwise: string): string {
  return fields.get(field)?.name ?? otherwise;
}

const OWN_UPSTREAM: UpstreamField = { name: 'pending_upstream', nullBranch: 0, listBranch: 1 };

/** The list that came can be moved there as it is: it may be null, and its hits are of the same type. */
function upstreamOf(fields: FieldsByName): UpstreamField | null {
  const pending = fields.get('pending');
  const upstream = fields.get('pendingUpstream');
  if (pending === undefined || upstream?.schema.kind !== 'union') return null;
  const { name, schema } = upstream;
  const list = withoutNull(pending.schema);
  const listBranch = schema.branches.findIndex(
    (branch) => branch.kind === 'array' && list?.kind === 'array' && branch.items === list.items,
  );
  const nullBranch = nullBranchOf(schema) ?? -1;
  return listBranch < 0 || nullBranch < 0 ? null : { name, nullBranch, listBranch };
}

function nullBranchOf(schema: Schema): number | null {
  const branch =
    schema.kind === 'union' ? schema.branches.findIndex(({ kind }) => kind === 'null') : -1;
  return branch < 0 ? null : branch;
}

type FieldsByName = ReadonlyMap<FieldName, RecordField>;

const NO_FIELDS: FieldsByName = new Map();

class Additions {
  readonly added = new Set<FieldName>();
  problem: string | null = null;
  readonly #read: ReadSchema;
  readonly #defined = new Set<string>();

  constructor(read: ReadSchema) {
    this.#read = read;
  }

  addPolicies(root: RecordSchema): void {
    this.#add('policies', root, policiesField(this.#own('PolicyTrace', policyTraceSchema)));
  }

  addTraces(traces: RecordSchema, fields: FieldsByName): void {
    const pending = fields.get('pending');
    const known = pending ?? fields.get('enforced') ?? fields.get('pendingUpstream');
    const hit = (known && nameOfItems(known)) ?? this.#own('PolicyHit', () => policyHitSchema);
    if (pending === undefined) this.#add('pending', traces, pendingField(hit));
    else if (!fields.has('pendingUpstream')) {
      this.#add('pendingUpstream', traces, pendingUpstreamField(hit));
    }
  }

  addEvaluation(root: RecordSchema, member: string): void {
    const type = this.#own('StagedEvaluation', stagedEvaluationSchema);
    this.#add('evaluation', root, evaluationField(member, type));
  }

  /** Our type of that name, or that name where the schema has it already; the same for the hits in it. */
  #own(name: string, schemaOf: (hit: SchemaJson) => SchemaJson): SchemaJson {
    const fullName = `${ownNamespace}.${name}`;
    if (this.#read.named.has(fullName) || this.#defined.has(fullName)) return fullName;
    this.#defined.add(fullName);
    const hit = name === 'PolicyHit' ? '' : this.#own('PolicyHit', () => policyHitSchema);
    return { ...asObject(schemaOf(hit)), namespace: ownNamespace };
  }

  #add(name: FieldName, record: RecordSchema, field: FieldJson): void {
    const { fullName, fields, json } = record;
    if ((this.#read.mentions.get(record) ?? 0) > 0) {
      this.problem ??= `it uses \`${fullName}\`, which lacks \`${field.name}\`, in more than one place`;
    } else if (fields.some((one) => one.name === field.name)) {
      this.problem ??= `\`${fullName}\` has a field \`${field.name}\` of another kind`;
    }
    json.fields.push(field);
    this.added.add(name);
  }
}

function fieldsByName(record: RecordSchema, shape: Shape): FieldsByName {
  const names = new Map<number, FieldName>(
    mentioned.map((name): [number, FieldName] => [Field[name], name]),
  );
  const found = new Map<FieldName, RecordField>();
  for (const [field, member] of findFields(record, shape)) {
    const name = names.get(member.field);
    if (name !== undefined) found.set(name, field);
  }
  return found;
}

const mentioned = ['policies', 'enforced', 'pending', 'pendingUpstream', 'evaluation'] as const;

/** What the schema calls the hits of a list. */
function nameOfItems({ schema }: RecordField): string | null {
  const hits = withoutNull(schema);
  return hits?.kind === 'array' && hits.items.kind === 'record' ? hits.items.fullName : null;
}

function asObject(schema: SchemaJson) {
  return typeof schema === 'object' && 'type' in schema ? schema : { type: schema };
}
