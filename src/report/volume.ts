/** Size and time of one record. */
export interface RecordSize {
  readonly connections: number;
  readonly bytes: number;
  /** ms since 1970; `null` = the record does not say. */
  readonly eventMs: number | null;
}

/** Records added up. */
export interface Volume {
  flows: number;
  connections: number;
  bytes: number;
}

export function noVolume(): Volume {
  return { flows: 0, connections: 0, bytes: 0 };
}

export function addVolume(to: Volume, { flows, connections, bytes }: Readonly<Volume>): void {
  to.flows += flows;
  to.connections += connections;
  to.bytes += bytes;
}

/** First and last event time of records; `null` = none says. */
export interface Span {
  firstMs: number | null;
  lastMs: number | null;
}

export function noSpan(): Span {
  return { firstMs: null, lastMs: null };
}

export function addSpan(to: Span, { firstMs, lastMs }: Readonly<Span>): void {
  if (firstMs !== null && (to.firstMs === null || firstMs < to.firstMs)) to.firstMs = firstMs;
  if (lastMs !== null && (to.lastMs === null || lastMs > to.lastMs)) to.lastMs = lastMs;
}
