import { type App, components, createApps } from './cluster.ts';
import { createFlows, type Flow, toPort } from './flows.ts';
import { freePorts, manifestsOf } from './manifests.ts';
import { seededRandom, zipf } from './random.ts';

/** What a workload is made of. */
export interface Shape {
  /** Deployments, four an app; from 64. */
  readonly endpoints: number;
  /** Half of them staged; eight guard the environments, the others are of apps. */
  readonly policies: number;
  /** Different flows; no more than so many apps can have. */
  readonly flows: number;
  /** Labels of an endpoint, from 4. */
  readonly labels: number;
  /** Share of records of flows that were never seen before: to a port of their own. */
  readonly freshShare: number;
  /** Of a member that nobody reads. */
  readonly paddingBytes: number;
}

const usual = { labels: 10, freshShare: 0, paddingBytes: 0 };

/** `canonical` is what figures are given for, `small` runs inside the tests. */
export const sizes = {
  small: { ...usual, endpoints: 64, policies: 40, flows: 2000 },
  canonical: { ...usual, endpoints: 2000, policies: 1008, flows: 200_000 },
} as const satisfies Record<string, Shape>;

/** Policies and flow records that belong together, the same ones for the same seed. */
export interface Workload {
  /** Policies and inventory as one `List`. */
  readonly manifests: string;
  readonly policies: number;
  readonly endpoints: number;
  readonly flows: number;
  /** The next record: goldmane-go JSON of about 1.1 KB, flows in Zipf order. */
  next(): Buffer;
  /** The next record, of a flow by its number. */
  of(flow: number): Buffer;
}

/** Every record differs from every other in its counts, so that nothing is gained by chance. */
export function createWorkload(size: keyof typeof sizes | Shape, seed: number): Workload {
  const shape: Shape = typeof size === 'string' ? sizes[size] : size;
  const { endpoints, labels, freshShare, paddingBytes } = shape;
  const apps: readonly App[] = createApps(
    { apps: Math.ceil(endpoints / components.length), labels },
    seededRandom(seed),
  );
  const manifests = manifestsOf(apps, shape.policies);
  const flows = createFlows(apps, shape, seededRandom(seed + 1));
  const draw = zipf(seededRandom(seed + 2), flows.length, 0.8);
  const random = seededRandom(seed + 3);
  const padding = paddingBytes === 0 ? '' : `,"padding":"${'x'.repeat(paddingBytes)}"`;
  let serial = 0;
  let fresh = 0;
  const of = (flow: number): Buffer => encode(flows[flow]!, serial++, padding);
  const ofFresh = (): Buffer => {
    const port = freePorts.first + (Math.floor(fresh / flows.length) % freePorts.count);
    const flow = toPort(flows[fresh++ % flows.length]!, port);
    return encode(flow, serial++, padding);
  };
  return {
    manifests: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests }),
    policies: manifests.filter(({ kind }) => String(kind).endsWith('NetworkPolicy')).length,
    endpoints: apps.reduce((sum, app) => sum + app.endpoints.length, 0),
    flows: flows.length,
    next: () => (freshShare > 0 && random() < freshShare ? ofFresh() : of(draw())),
    of,
  };
}

const epochSeconds = 1_787_000_000;

/** A denied flow has no answers, so no counts of what came out (flow-records 1b-2). */
function encode(flow: Flow, serial: number, padding: string): Buffer {
  const start = epochSeconds + 15 * Math.floor(serial / 1000);
  const packets = 3 + (serial % 97);
  const bytes = packets * (60 + (serial % 1301));
  const out = flow.isDenied ? '' : `"packets_out":${packets + 2},`;
  const bytesOut = flow.isDenied ? '' : `"bytes_out":${bytes * 3},`;
  return Buffer.from(
    `${flow.head},"start_time":${start},"end_time":${start + 15},${flow.labels},` +
      `"packets_in":${packets},${out}"bytes_in":${bytes},${bytesOut}` +
      `"num_connections_started":${1 + (serial % 7)},"num_connections_live":${1 + (serial % 3)}${padding}}`,
  );
}
