import { list, nullable } from './schema-json.ts';
import type { FieldJson, SchemaJson } from './schema-json.ts';

/** Where the traces of a record are. */
export function policiesField(trace: SchemaJson): FieldJson {
  const none = { enforced: [], pending: [], pending_upstream: null };
  return { name: 'policies', default: none, type: trace };
}

/** Where the pending list is, in the traces. */
export function pendingField(hit: SchemaJson): FieldJson {
  return list('pending', hit, 'filled by this processor');
}

/** Where the list goes that ours takes the place of, in the traces. */
export function pendingUpstreamField(hit: SchemaJson): FieldJson {
  const hits = { type: 'array', items: hit } as const;
  return nullable('pending_upstream', hits, 'pending as received; null = absent');
}

/** The member that is added to each record. */
export function evaluationField(name: string, evaluation: SchemaJson): FieldJson {
  return { name, default: null, type: ['null', evaluation] };
}
