/**
 * Everything that is read of a record, whatever its dialect. A field's number is its place in the
 * offsets that a scan yields: its value lies from `offsets[2 * field]` up to, not including,
 * `offsets[2 * field + 1]`; both are -1 where the record lacks it.
 */
export const Field = {
  sourceName: 0,
  sourceNamespace: 1,
  sourceType: 2,
  sourcePod: 3,
  sourceLabels: 4,
  sourceAddresses: 5,
  sourcePort: 6,
  destName: 7,
  destNamespace: 8,
  destType: 9,
  destPod: 10,
  destLabels: 11,
  destAddresses: 12,
  destPort: 13,
  serviceName: 14,
  serviceNamespace: 15,
  protocol: 16,
  icmpType: 17,
  icmpCode: 18,
  reporter: 19,
  action: 20,
  enforced: 21,
  pending: 22,
  startTime: 23,
  endTime: 24,
  connections: 25,
  bytesIn: 26,
  bytesOut: 27,
  /** The whole value: our member goes before its closing brace. */
  record: 28,
  /** The object that holds the member `policies`. */
  holder: 29,
  policies: 30,
  /** The member that we add, of an earlier pass or of somebody else. */
  evaluation: 31,
  evaluator: 32,
  /** Calico's own pending list where an earlier pass moved it to. */
  pendingUpstream: 33,
  /** Enforced and staged hits in one list, where a dialect has such a list. */
  allPolicies: 34,
  /** A member that tells another dialect, which is tried earlier. */
  foreign: 35,
} as const;

export type FieldName = keyof typeof Field;

export const FIELD_COUNT = Object.keys(Field).length;

/** What a judgement may read, in the parts that tend to repeat. Times and ports are read apart from these. */
export const judgedParts = {
  source: [
    'sourceName',
    'sourceNamespace',
    'sourceType',
    'sourcePod',
    'sourceLabels',
    'sourceAddresses',
  ],
  destination: [
    'destName',
    'destNamespace',
    'destType',
    'destPod',
    'destLabels',
    'destAddresses',
    'serviceName',
    'serviceNamespace',
  ],
  rest: [
    'protocol',
    'icmpType',
    'icmpCode',
    'reporter',
    'action',
    'enforced',
    'allPolicies',
    'pending',
    'pendingUpstream',
    'evaluator',
  ],
} as const satisfies Readonly<Record<string, readonly FieldName[]>>;

export type JudgedField = (typeof judgedParts)[keyof typeof judgedParts][number];
