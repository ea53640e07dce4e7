import { Type } from 'typebox';
import type { Static } from 'typebox';

const count = (description: string) => Type.Integer({ minimum: 0, description });
const time = (description: string) =>
  Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description });
const flip = Type.Enum(['newly-denied', 'newly-allowed']);
const exact = { additionalProperties: false };

const volume = {
  flows: count('records'),
  connections: count('connections, of a conversation those of the end that saw more'),
  bytes: count('bytes both ways, likewise'),
};

const flips = Type.Object(
  {
    ...volume,
    alone: count('records that the policy flips by itself'),
    together: count('records that all staged policies flip together, charged to this one'),
  },
  exact,
);

const group = Type.Object(
  {
    flip,
    source: Type.String({ description: 'workload, network set or network' }),
    destination: Type.String(),
    protocol: Type.Union([Type.String(), Type.Null()]),
    port: Type.Union([Type.Integer(), Type.Null()], { description: 'of the destination' }),
    direction: Type.Enum(['ingress', 'egress'], {
      description: 'whose policies decide: of the destination, or of the source',
    }),
    rule: Type.String({ description: 'what decides, in words' }),
    flows: count('records of this end'),
    connections: count('connections that this end reports'),
    bytes: count('bytes both ways that this end reports'),
    alone: count('of the flows, those that flip by this policy alone'),
    together: count('of the flows, those that flip by all staged policies together'),
    first: time('event time of the first'),
    last: time('event time of the last'),
    sample: Type.String({ description: 'a record of the group: `file:line`, or offset in Kafka' }),
  },
  exact,
);

const rest = Type.Array(Type.Object({ flip, ...volume }, exact), {
  description: 'groups that are not listed, added up',
});

const reason = Type.Object(
  { reason: Type.String(), flows: count('records'), means: Type.String(), add: Type.String() },
  exact,
);

const standing = {
  standing: Type.Enum([
    'not-judged',
    'ignored',
    'breaks',
    'hosts',
    'undecided',
    'no-evidence',
    'safe',
  ]),
  why: Type.String(),
};

const policy = Type.Object(
  {
    name: Type.String({ description: 'as `snp/payments/ledger`' }),
    kind: Type.String(),
    namespace: Type.String(),
    policy: Type.String(),
    tier: Type.String(),
    stagedAction: Type.String(),
    replaces: Type.Union([Type.String(), Type.Null()], {
      description: 'the enforced policy whose place it takes',
    }),
    ...standing,
    flows: Type.Object(
      {
        judged: count('records that the policy could touch'),
        certain: count('of these'),
        assumed: count('of these'),
        uncertain: count('of these'),
      },
      exact,
    ),
    newlyDenied: flips,
    newlyAllowed: flips,
    drifting: count('records denied alone, but by the enforced policies that are loaded as well'),
    reasons: Type.Array(reason),
    openSample: Type.Union([Type.String(), Type.Null()], {
      description: 'a record of which the policy is not certain',
    }),
    first: time('event time of the first flow it could touch'),
    last: time('event time of the last flow it could touch'),
    groups: Type.Array(group),
    rest,
  },
  exact,
);

const unreadable = Type.Object(
  {
    reason: Type.String(),
    message: Type.String(),
    records: count('records'),
    first: Type.String({ description: 'where the first of them is' }),
  },
  exact,
);

/** What `rehearsal preview --format json` prints. */
export const previewSchema = Type.Object(
  {
    version: Type.Literal(1),
    evaluator: Type.String(),
    at: Type.String({ format: 'date-time' }),
    mode: Type.Enum(['enforcement', 'calico']),
    policySet: Type.String(),
    policyHash: Type.String(),
    sources: Type.Array(Type.String()),
    first: time('event time of the first flow'),
    last: time('event time of the last flow'),
    flows: Type.Object(
      {
        judged: count('records'),
        unchanged: count('of these'),
        newlyDenied: count('of these, against what the record says was enforced'),
        newlyAllowed: count('of these, likewise'),
        uncertain: count('of these'),
        notEvaluated: count('of these'),
      },
      exact,
    ),
    caused: Type.Object(
      {
        newlyDenied: count(
          'records that staged policies would deny, together or one of them alone',
        ),
        newlyAllowed: count('likewise'),
        uncertain: count('records that a staged policy could touch and that stay open'),
      },
      exact,
    ),
    hostEndpoints: count('HostEndpoints that were loaded'),
    reasons: Type.Array(reason),
    unreadable: Type.Array(unreadable),
    damaged: Type.Array(Type.String(), {
      description: 'files that could not be read to their end',
    }),
    policies: Type.Array(policy),
    together: Type.Object(
      {
        ...standing,
        newlyDenied: count('records'),
        newlyAllowed: count('records'),
      },
      exact,
    ),
    against: Type.Union([
      Type.Object(
        {
          path: Type.String(),
          newlyDenied: Type.Object(volume, exact),
          newlyAllowed: Type.Object(volume, exact),
          open: count('records that either policies leave open'),
          same: count('records'),
          groups: Type.Array(group),
          rest,
        },
        exact,
      ),
      Type.Null(),
    ]),
    closing: Type.String({ description: 'what it comes to, in plain words' }),
  },
  { ...exact, title: 'What `rehearsal preview --format json` prints' },
);

export type Preview = Static<typeof previewSchema>;
export type PolicyPreview = Static<typeof policy>;
export type GroupPreview = Static<typeof group>;
export type RestPreview = Static<typeof rest>[number];

/** The text of `schemas/preview.schema.json`. */
export function previewJsonSchema(): string {
  const schema = { $schema: 'http://json-schema.org/draft-07/schema#', ...previewSchema };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
