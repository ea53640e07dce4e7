import type { DeadLetterReason } from '../flow/reasons.ts';
import type { Rejection } from './dead-letter.ts';
import type { Batch } from './ports.ts';

/** How a record names its writer's schema: the registry's number, or a GUID in lower case with dashes. */
export type SchemaId = number | string;

/** What is made, once, of a writer's schema: how to read it, and the schema its outputs are written with. */
export interface DerivedSchema {
  /** The output schema as JSON, complete in itself. */
  readonly outputSchemaText: string;
}

/** Why a writer's schema cannot be used. */
export interface UnusableSchema {
  /** For a person; never holds secrets. */
  readonly problem: string;
  /** Of its records; `schema_invalid` unless told otherwise. */
  readonly reason?: 'member_clash';
}

/** Reads a writer's schema. */
export type DeriveSchema<Derived extends DerivedSchema> = (
  schemaText: string,
) => Derived | UnusableSchema;

/** A schema that records can be read with. */
export interface FoundSchema<Derived extends DerivedSchema> {
  readonly status: 'found';
  readonly derived: Derived;
  /** Number of the output schema in the registry, at most 2^31 - 1; `null` = nothing is written with it. */
  readonly outputId: number | null;
}

/** Why the records that name a schema are dead letters; the message never holds secrets. */
export interface SchemaFailure extends Rejection {
  readonly status: 'failed';
  readonly reason: Extract<
    DeadLetterReason,
    'schema_unknown' | 'schema_invalid' | 'member_clash' | 'registry_unreachable'
  >;
}

/** The schemas that one batch names. */
export interface WriterSchemas<Derived extends DerivedSchema> {
  /** Never waits. Of an id that no record of the batch names it says that it is unknown. */
  find(id: SchemaId): FoundSchema<Derived> | SchemaFailure;
  /** All records of the batch are written with this one and name none, whatever they begin with. */
  readonly bare?: Derived;
}

/** Makes sure, before a batch is judged, of every schema its records name. */
export interface SchemaSource<Derived extends DerivedSchema> {
  /**
   * Resolves once every schema is known, with its output schema registered, or known to fail. May
   * wait for the registry as long as `signal` allows and then rejects: the batch must come again.
   * @throws CodedError where only an operator can help: the output schema is incompatible
   */
  prepare(batch: Batch, signal: AbortSignal): Promise<WriterSchemas<Derived>>;
}
