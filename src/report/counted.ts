import type { Sighting } from './sightings.ts';
import type { RecordSize, Span, Volume } from './volume.ts';

/** Records of one sighting, added up. */
export interface Counted extends Readonly<Volume>, Readonly<Span> {
  readonly sighting: Sighting;
  /** The first of them, as `flows.ndjson:17`. */
  readonly sample: string;
}

/** Counts while records come. */
export class Tallied implements Counted {
  flows = 0;
  connections = 0;
  bytes = 0;
  firstMs: number | null = null;
  lastMs: number | null = null;
  readonly sighting: Sighting;
  readonly sample: string;

  constructor(sighting: Sighting, sample: string) {
    this.sighting = sighting;
    this.sample = sample;
  }

  add({ connections, bytes, eventMs }: RecordSize): void {
    this.flows += 1;
    this.connections += connections;
    this.bytes += bytes;
    if (eventMs === null) return;
    if (this.firstMs === null || eventMs < this.firstMs) this.firstMs = eventMs;
    if (this.lastMs === null || eventMs > this.lastMs) this.lastMs = eventMs;
  }
}
