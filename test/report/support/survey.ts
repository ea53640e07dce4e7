import type { FlowEvaluation } from '../../../src/flow/evaluation.ts';
import type { Flow, FlowEnd } from '../../../src/flow/flow.ts';
import { reportLimits } from '../../../src/report/limits.ts';
import { Sightings } from '../../../src/report/sightings.ts';
import { Survey } from '../../../src/report/survey.ts';

/** One record as it was judged. */
export interface JudgedRecord {
  readonly evaluation: FlowEvaluation;
  readonly flow?: Flow;
  readonly before?: FlowEvaluation | null;
  readonly connections?: number;
  readonly bytes?: number;
  readonly eventMs?: number | null;
}

const end: FlowEnd = {
  type: 'workload',
  namespace: 'shop',
  name: 'web-*',
  pod: null,
  labels: null,
  addresses: [],
  addressesTruncated: false,
  port: null,
};

/** From `shop/web` to a port of `shop/cart`, unless told otherwise. */
export function aFlow({ from = 'web-*', to = 'cart-*', port = 8080 } = {}): Flow {
  return {
    reporter: 'dst',
    action: 'allow',
    protocol: 6,
    icmpType: null,
    icmpCode: null,
    source: { ...end, name: from },
    destination: { ...end, name: to, port },
    destService: null,
    enforced: null,
    pendingUpstream: null,
    startMs: null,
    endMs: null,
  };
}

/** A survey of these records, each at the line of its place in the list. */
export function surveyOf(
  records: readonly JudgedRecord[],
  limits: Partial<typeof reportLimits> = {},
): Survey {
  const bounds = { ...reportLimits, ...limits };
  const survey = new Survey({ limits: bounds, policies: 2 });
  const sightings = new Sightings(bounds);
  for (const [place, record] of records.entries()) {
    const { evaluation, flow = aFlow(), before = null } = record;
    const { connections = 1, bytes = 100, eventMs = null } = record;
    const sighting = sightings.of(flow, evaluation, before);
    survey.add(sighting, { connections, bytes, eventMs }, () => `flows.ndjson:${place + 1}`);
  }
  survey.finish();
  return survey;
}
