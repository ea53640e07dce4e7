import { pendingField, pendingUpstreamField } from './own-fields.ts';
import { field, list, nullable, text, timestamp } from './schema-json.ts';
import type { FieldJson, SchemaJson } from './schema-json.ts';

/** Where the names of our types are; its number changes when old readers can no more follow. */
export const ownNamespace = 'flowlog.v1';

/** One hit of a trace (flow-records 3.2). */
export const policyHitSchema: SchemaJson = {
  type: 'record',
  name: 'PolicyHit',
  fields: [
    { name: 'kind', type: 'string', doc: 'Goldmane PolicyKind name' },
    text('namespace'),
    text('name', 'empty for EndOfTier'),
    text('tier', 'empty for Profile'),
    { name: 'action', type: 'string', doc: 'Allow|Deny|Pass|ActionUnspecified' },
    field('policy_index', 'int', 0),
    field('rule_index', 'int', 0, '-1 tier default, -2 unknown'),
    nullable('trigger', 'PolicyHit', 'EndOfTier only'),
  ],
};

/** The traces of one flow; the first mention of a hit is what `hit` says. */
export function policyTraceSchema(hit: SchemaJson): SchemaJson {
  const enforced = { type: 'array', items: hit } as const;
  return {
    type: 'record',
    name: 'PolicyTrace',
    fields: [
      { name: 'enforced', default: [], doc: 'as received', type: enforced },
      pendingField('PolicyHit'),
      pendingUpstreamField('PolicyHit'),
    ],
  };
}

/** What we say of one flow; the first mention of a hit is what `hit` says. */
export function stagedEvaluationSchema(hit: SchemaJson): SchemaJson {
  const verdicts = ['NotEvaluated', 'Allow', 'Deny', 'Uncertain'] as const;
  const changes = [
    'NotEvaluated',
    'Unchanged',
    'NewlyDenied',
    'NewlyAllowed',
    'Uncertain',
  ] as const;
  return {
    type: 'record',
    name: 'StagedEvaluation',
    fields: [
      { name: 'policy_set', type: 'string', doc: 'configured name, e.g. main, pr-123' },
      {
        name: 'policy_hash',
        type: 'string',
        doc: 'first 16 hex of sha256 of policies, tiers and mode',
      },
      { name: 'evaluated_at', type: timestamp },
      text('evaluator', 'program/version'),
      enumeration('direction', 'Direction', ['Unknown', 'Ingress', 'Egress', 'Both']),
      text('baseline', 'verdict compared with: Allow|Deny|empty'),
      enumeration('verdict', 'Verdict', verdicts),
      enumeration('change', 'VerdictChange', changes),
      field('would_deny', 'boolean', false, 'change == NewlyDenied'),
      nullable('decided_by', hit, 'the hit that gave the verdict'),
      list('possible_verdicts', 'string', 'Uncertain only'),
      list('reasons', 'string', 'codes, 3.5'),
      text('flip_cause', 'staged, drift, both or empty'),
      list('flipped_by', 'PolicyHit', 'staged policies that alone would change the verdict'),
      nullable('matches_upstream', 'boolean', 'own pending equals pending_upstream'),
    ],
  };
}

/** An enumeration whose first symbol stands for any that a reader does not know. */
function enumeration(
  member: string,
  name: string,
  symbols: readonly [string, ...string[]],
): FieldJson {
  const [fallback] = symbols;
  return field(member, { type: 'enum', name, symbols, default: fallback }, fallback);
}
