import type { FlowEvaluation } from '../../../src/flow/evaluation.ts';
import type { Flow, FlowEnd } from '../../../src/flow/flow.ts';
import { answerOf } from '../../../src/report/answer.ts';
import { conversationOf } from '../../../src/report/conversation.ts';
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

/**
 * A survey of these records, each at the line of its place in the list. Those that are alike have one number, and all are
 * forgotten after each `rememberedMax`.
 */
export function surveyOf(
  records: readonly JudgedRecord[],
  {
    rememberedMax = 1000,
    ...limits
  }: Partial<typeof reportLimits> & { readonly rememberedMax?: number } = {},
): Survey {
  const survey = new Survey({ limits: { ...reportLimits, ...limits }, policies: 2 });
  const sightings = new Sightings((sighting) => survey.add(sighting));
  const numbers = new Map<string, number>();
  sightings.place = 'flows.ndjson:';
  for (const [place, record] of records.entries()) {
    const { evaluation, flow = aFlow(), before = null } = record;
    const { connections = 1, bytes = 100, eventMs = null } = record;
    const key = JSON.stringify([evaluation, flow, before]);
    const number = numbers.get(key) ?? numbers.size;
    if (!numbers.has(key)) {
      const answer = answerOf(evaluation, before);
      sightings.meet(number, { answer, conversation: conversationOf(flow) });
      numbers.set(key, number);
    }
    sightings.add(number, { connections, bytes, eventMs }, place + 1);
    if ((place + 1) % rememberedMax !== 0) continue;
    numbers.clear();
    sightings.settle();
  }
  sightings.settle();
  return survey;
}
