import type { Flow, FlowEnd } from '../../../src/flow/flow.ts';
import type { ReasonCode } from '../../../src/flow/reasons.ts';
import type { PolicyMode } from '../../../src/policy/actions.ts';
import { aNamespace, aPod, aStagedPolicy, judgeAmong } from './clusters.ts';
import { anEnd } from './flows.ts';

/** One flow from shop/cart to shop/ledger, which one staged policy protects. */
export interface ClusterCase {
  readonly fact: string;
  /** What one rule of the staged policy asks. */
  readonly rule: object;
  /** Members of the policy's spec beside. */
  readonly spec?: object;
  readonly with?: readonly object[];
  readonly mode?: PolicyMode;
  readonly source?: Partial<FlowEnd>;
  readonly flow?: Partial<Flow>;
  readonly verdict: string;
  readonly reasons?: readonly ReasonCode[];
}

const shop = aNamespace('shop', { team: 'red' });
const ledger = aPod('ledger', '10.0.0.9', { labels: { app: 'ledger' } });
const cart1 = aPod('cart-1', '10.0.0.1', {
  generateName: 'cart-',
  labels: { app: 'cart', ver: '1' },
});
const cart2 = aPod('cart-2', '10.0.0.2', {
  generateName: 'cart-',
  labels: { app: 'cart', ver: '2' },
});
const cluster = [shop, ledger, cart1, cart2];

export const cart = { type: 'workload', namespace: 'shop', name: 'cart-*' } as const;
export const stranger = { type: 'workload', namespace: 'shop', name: 'web-*' } as const;
export const from = (selector: string) => ({ source: { selector } });

/** The verdict and its reasons. */
export function said({ rule, spec, with: others = [], mode, source, flow }: ClusterCase) {
  const objects = [...cluster, aStagedPolicy(rule, spec), ...others];
  const { verdict, reasons } = judgeAmong(
    objects,
    { source: anEnd(source ?? cart), ...flow },
    mode,
  );
  return { verdict, reasons };
}
