import { type App, createApps } from './cluster.ts';
import { createFlows, type Flow } from './flows.ts';
import { manifestsOf } from './manifests.ts';
import { seededRandom, zipf } from './random.ts';

/** `canonical` is what figures are given for, `small` runs inside the tests. */
export const sizes = {
  small: { apps: 16, flows: 2000 },
  canonical: { apps: 500, flows: 200_000 },
} as const;

/** Policies and flow records that belong together, the same ones for the same seed. */
export interface Workload {
  /** Policies and inventory as one `List`. */
  readonly manifests: string;
  readonly policies: number;
  readonly endpoints: number;
  readonly flows: number;
  /** The next record: goldmane-go JSON of about 1.1 KB, flows in Zipf order. */
  next(): Buffer;
}

/** Every record differs from every other in its counts, so that nothing is gained by chance. */
export function createWorkload(size: keyof typeof sizes, seed: number): Workload {
  const apps: readonly App[] = createApps(sizes[size], seededRandom(seed));
  const manifests = manifestsOf(apps);
  const flows = createFlows(apps, sizes[size].flows, seededRandom(seed + 1));
  const draw = zipf(seededRandom(seed + 2), flows.length, 0.8);
  let serial = 0;
  return {
    manifests: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests }),
    policies: manifests.filter(({ kind }) => String(kind).endsWith('NetworkPolicy')).length,
    endpoints: apps.reduce((sum, app) => sum + app.endpoints.length, 0),
    flows: flows.length,
    next: () => encode(flows[draw()]!, serial++),
  };
}

const epochSeconds = 1_787_000_000;

/** A denied flow has no answers, so no counts of what came out (flow-records 1b-2). */
function encode(flow: Flow, serial: number): Buffer {
  const start = epochSeconds + 15 * Math.floor(serial / 1000);
  const packets = 3 + (serial % 97);
  const bytes = packets * (60 + (serial % 1301));
  const out = flow.isDenied ? '' : `"packets_out":${packets + 2},`;
  const bytesOut = flow.isDenied ? '' : `"bytes_out":${bytes * 3},`;
  return Buffer.from(
    `${flow.head},"start_time":${start},"end_time":${start + 15},${flow.labels},` +
      `"packets_in":${packets},${out}"bytes_in":${bytes},${bytesOut}` +
      `"num_connections_started":${1 + (serial % 7)},"num_connections_live":${1 + (serial % 3)}}`,
  );
}
