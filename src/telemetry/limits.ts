/** Bounds of metrics, logs and the HTTP port, with their defaults (contract 3, `limits.*`). */
export const telemetryLimits = {
  metricSeries: 5_000,
  metricSeriesInAll: 20_000,
  metricsPageMs: 1_000,
  httpConnections: 64,
  httpHeaderBytes: 8_192,
  httpHeadersMs: 5_000,
  httpRequestMs: 10_000,
  httpIdleMs: 5_000,
  httpRequestsPerConnection: 100,
  loggedErrorsPerMinute: 60,
  logBytes: 1_048_576,
};

export type TelemetryLimitName = keyof typeof telemetryLimits;

export type TelemetryLimits = Readonly<Record<TelemetryLimitName, number>>;

/** What each limit bounds, for documents and messages. */
export const telemetryLimitMeanings: Readonly<Record<TelemetryLimitName, string>> = {
  metricSeries: 'series of one metric; the rest share the overflow row',
  metricSeriesInAll: 'series of all metrics; the rest share the overflow rows',
  metricsPageMs: 'ms for which one page of metrics answers every scrape',
  httpConnections: 'open connections of the HTTP port',
  httpHeaderBytes: 'headers of one HTTP request',
  httpHeadersMs: 'ms for the headers of a request to arrive',
  httpRequestMs: 'ms for a whole request to arrive',
  httpIdleMs: 'ms for which an idle connection is kept',
  httpRequestsPerConnection: 'requests of one connection',
  loggedErrorsPerMinute: 'lines a minute about records that cannot be judged, for each reason',
  logBytes: 'log that waits for a slow reader; further lines are lost and counted',
};
