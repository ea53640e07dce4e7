import * as fc from 'fast-check';
import type { Flow, FlowEnd } from '../../src/flow/flow.ts';
import type { Labels, Resources } from '../../src/policy/resources/model.ts';

/** What a record can leave out of one end. */
export type EndLoss = 'address' | 'port' | 'labels' | 'calicoLabels' | 'pod' | 'type' | 'name';

/** What a record leaves out. */
export interface RecordLosses {
  readonly source: readonly EndLoss[];
  readonly destination: readonly EndLoss[];
  readonly protocol: boolean;
}

const anEndsLosses = fc.subarray<EndLoss>(
  ['address', 'port', 'labels', 'calicoLabels', 'pod', 'type', 'name'],
  { maxLength: 4 },
);

export const recordLosses: fc.Arbitrary<RecordLosses> = fc.record({
  source: anEndsLosses,
  destination: anEndsLosses,
  protocol: fc.nat(7).map((chance) => chance === 0),
});

/** The record of the same connection by a system that tells less. */
export function poorer(flow: Flow, losses: RecordLosses, resources: Resources): Flow {
  return {
    ...flow,
    protocol: losses.protocol && isProtocol(flow.protocol) ? null : flow.protocol,
    source: poorerEnd(flow.source, losses.source, resources),
    destination: poorerEnd(flow.destination, losses.destination, resources),
  };
}

/** Other numbers match no rule (semantics 4.4): a record without a protocol is never read as one of them. */
function isProtocol(number: number | null): boolean {
  return number !== null && number >= 1 && number <= 255;
}

function poorerEnd(end: FlowEnd, losses: readonly EndLoss[], resources: Resources): FlowEnd {
  return losses.reduce((left, loss) => without[loss](left, resources), end);
}

const without: Readonly<Record<EndLoss, (end: FlowEnd, resources: Resources) => FlowEnd>> = {
  address: (end) => ({ ...end, addresses: [] }),
  port: (end) => ({ ...end, port: null }),
  labels: (end) => ({ ...end, labels: null }),
  calicoLabels: (end) => ({ ...end, labels: end.labels === null ? null : stripped(end.labels) }),
  pod: aggregated,
  type: (end) => ({ ...end, type: null }),
  name: (end) => ({ ...end, type: null, namespace: null, name: null, labels: null }),
};

/** Felix leaves its own labels out once it has seen two updates (flow-records 1b-2, 10). */
function stripped(labels: Labels): Labels {
  return new Map([...labels].filter(([key]) => !key.startsWith('projectcalico.org/')));
}

/** The workload instead of the pod, with the labels that all its pods share. */
function aggregated(end: FlowEnd, { inventory }: Resources): FlowEnd {
  const { type, namespace, name, labels } = end;
  const pod = inventory.endpoints.find((one) => one.namespace === namespace && one.name === name);
  if (type !== 'workload' || pod === undefined || pod.generateName === null) return end;
  const { generateName } = pod;
  const others = inventory.endpoints.filter(
    (one) => one.namespace === namespace && one.generateName === generateName,
  );
  const shared = labels === null ? null : intersection(labels, others);
  return { ...end, name: `${generateName}*`, labels: shared };
}

function intersection(labels: Labels, others: readonly { readonly labels: Labels }[]): Labels {
  const shared = [...labels].filter(([key, value]) =>
    others.every((other) => other.labels.get(key) === value),
  );
  return new Map(shared);
}
