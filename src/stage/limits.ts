const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * Every bound on what comes in and on what is kept, with its default (contract 3, `limits.*`).
 * Input beyond one is a dead letter or a refusal that names the limit, never a crash. A name ends in
 * its unit; a plain noun counts things.
 */
export const limits = {
  frameBytes: 64 * MIB,
  batchBytes: 64 * MIB,
  batchRecords: 200_000,
  batchHeaders: 400_000,
  recordBytes: MIB,
  outputRecordBytes: 1_046_528,
  recordDepth: 32,
  listItems: 10_000,
  mapMembers: 1_000,
  textBytes: 64 * KIB,
  labels: 64,
  // The longest that Kubernetes admits: prefix 253, `/`, name 63, `=`, value 63.
  labelBytes: 381,
  hits: 100,
  headers: 64,
  messageRecords: 10_000,
  messageGrowth: 16,
  memoDecisions: 262_144,
  memoBytes: 128 * MIB,
  schemas: 1_000,
  schemaBytes: MIB,
  schemaTypes: 10_000,
  registryRequests: 8,
};

export type LimitName = keyof typeof limits;

/** The limits in force: the table, or what the configuration says instead. */
export type Limits = Readonly<Record<LimitName, number>>;

/** The limit that a message about something refused names, as `limits.<name>`; `null` = none of these. */
export function limitNamedIn(message: string): LimitName | null {
  const name = /`limits\.(\w+)`/.exec(message)?.[1] ?? '';
  return isLimitName(name) ? name : null;
}

function isLimitName(name: string): name is LimitName {
  return Object.hasOwn(limits, name);
}

/** What each limit bounds, for documents and messages. */
export const limitMeanings: Readonly<Record<LimitName, string>> = {
  frameBytes: 'one answer of a broker',
  batchBytes: 'one batch of records once decompressed',
  batchRecords: 'records of one batch',
  batchHeaders: 'headers of all records of one batch',
  recordBytes: 'value of one input record',
  outputRecordBytes: 'key, value and headers of one output record',
  recordDepth: 'nesting of one record',
  listItems: 'items of one list of a record',
  mapMembers: 'members of one object of a record',
  textBytes: 'one text of a record',
  labels: 'labels of one end of a flow',
  labelBytes: 'one label, as `key=value`',
  hits: 'hits of one trace of a record',
  headers: 'headers of one input record',
  messageRecords: 'records of one message',
  messageGrowth:
    'how many times its size the records of one message may take, each with all of its envelope',
  memoDecisions: 'remembered decisions',
  memoBytes: 'bytes kept to recognise and to write remembered decisions',
  schemas: 'schemas of one batch, and remembered ones',
  schemaBytes: 'one answer of the schema registry',
  schemaTypes: 'types of one schema',
  registryRequests: 'requests to the schema registry at once',
};
