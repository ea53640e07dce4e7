/**
 * What a converted record keeps beside all that a judgement reads (flow-records 3.2): members that it
 * does not read, and the sizes, of which it reads no more digits than a double holds.
 */
export const carriedNames = [
  'flowId',
  'cluster',
  'node',
  'servicePortName',
  'servicePort',
  'destDomains',
  'packetsIn',
  'packetsOut',
  'bytesIn',
  'bytesOut',
  'connections',
  'connectionsCompleted',
  'connectionsLive',
  'extra',
] as const;

export type CarriedName = (typeof carriedNames)[number];

/** A member that the canonical form has no place for; the value is JSON text on one line. */
export type ExtraMember = readonly [name: string, json: string];

/** Values as JSON text; a member that is absent or null is not there. */
export interface Carried {
  readonly texts: ReadonlyMap<CarriedName, string>;
  /** In the order of the record, two of one name included. */
  readonly extra: readonly ExtraMember[];
}
