import type { Flow } from '../../../../src/flow/flow.ts';
import { flowOf } from './reading.ts';
import type { ReadingOptions } from './reading.ts';

/** A record as Whisker writes them. */
export const whisker = {
  start_time: '2026-08-17T20:53:20Z',
  end_time: '2026-08-17T20:53:35Z',
  action: 'Deny',
  source_name: 'cart-6b687c8dcb-*',
  source_namespace: 'shop',
  source_labels: 'app=cart | team=red',
  dest_name: 'PRIVATE NETWORK',
  dest_namespace: '-',
  dest_labels: '',
  protocol: 'tcp',
  dest_port: 5432,
  reporter: 'Src',
  policies: {
    enforced: [
      {
        kind: 'Profile',
        name: 'kns.shop',
        namespace: '',
        tier: '',
        action: 'Allow',
        policy_index: 0,
        rule_index: 0,
        trigger: null,
      },
    ],
    pending: null,
  },
  packets_in: 4,
};

/** The flow of the record with these members in the place of its own, or why it cannot be read. */
export function changed(members: object, options: ReadingOptions = {}): Flow | string {
  return flowOf(JSON.stringify({ ...whisker, ...members }), options);
}
