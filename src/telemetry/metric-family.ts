/** One sample as a page has it. */
export interface Sample {
  /** The family's name unless it says otherwise (a histogram's parts). */
  readonly name: string | undefined;
  /** As `labelText` makes it. */
  readonly labels: string;
  readonly value: number;
  readonly exemplar?: Exemplar | undefined;
}

/** One event behind a sample, shown in OpenMetrics alone. */
export interface Exemplar {
  /** As `labelText` makes it. */
  readonly labels: string;
  readonly value: number;
  /** Seconds since 1970. */
  readonly atSeconds: number;
}

/** A metric and its samples, which stay as they were when it was read. */
export interface MetricFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: Iterable<Sample>;
}
