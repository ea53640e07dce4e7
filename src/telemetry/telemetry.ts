import type { Clock } from '../stage/ports.ts';
import type { ExpositionFormat } from './exposition.ts';
import type { TelemetryLimits } from './limits.ts';
import { Metrics } from './metrics.ts';
import { PageCache } from './page-cache.ts';
import type { PageEncoding } from './page-cache.ts';
import { PolicyMetrics } from './policy-metrics.ts';
import { PolicyStore } from './policy-store.ts';
import { StageMetrics } from './stage-metrics.ts';

export interface TelemetryOptions {
  /** `policies.set`. */
  readonly set: string;
  readonly version: string;
  readonly nodeVersion: string;
  readonly limits: TelemetryLimits;
  readonly clock: Clock;
}

/** Everything that counts, put together. */
export interface Telemetry {
  /** Counters and events of the stage. */
  readonly stage: StageMetrics;
  readonly policies: PolicyMetrics;
  /** The page of metrics. */
  readonly page: (format: ExpositionFormat, encoding?: PageEncoding) => Promise<Buffer>;
}

/** The metrics of one process. */
export function createTelemetry(options: TelemetryOptions): Telemetry {
  const { set, version, nodeVersion, limits, clock } = options;
  const metrics = new Metrics();
  metrics.set('rehearsal_build_info', { version, node: nodeVersion }, 1);
  for (const limit of Object.keys(limits)) {
    metrics.increase('rehearsal_limit_reached_total', { limit }, 0);
  }
  const store = new PolicyStore({ set, limits, metrics, clock });
  const stage = new StageMetrics({ metrics, store, clock });
  const cache = new PageCache({
    read: () => stage.read(),
    clock,
    maxAgeMs: limits.metricsPageMs,
  });
  return {
    stage,
    policies: new PolicyMetrics({ set, metrics, store }),
    page: (format, encoding) => cache.page(format, encoding),
  };
}
