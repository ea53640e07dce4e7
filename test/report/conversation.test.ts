import { expect, test } from 'vitest';
import type { FlowEnd } from '../../src/flow/flow.ts';
import { conversationOf } from '../../src/report/conversation.ts';
import { aFlow } from './support/survey.ts';

test.each<[string, Partial<FlowEnd>]>([
  ['shop/cart', { name: 'cart-6b687c8dcb-*' }],
  ['shop/cart', { name: 'cart-6b687c8dcb-x7x2p' }],
  ['shop/cart', { name: 'cart-*' }],
  ['shop/redis-0', { name: 'redis-0' }],
  ['kube-system/node-local-dns', { namespace: 'kube-system', name: 'node-local-dns-*' }],
  ['public network', { type: 'network', namespace: '', name: 'pub' }],
  ['private network', { type: 'network', namespace: '-'.slice(1), name: 'pvt' }],
  ['partners', { type: 'networkset', namespace: '', name: 'partners' }],
  ['unknown', { type: null, namespace: null, name: null }],
])('%s is whom people call that', (name, members) => {
  const flow = aFlow();
  expect(conversationOf({ ...flow, source: { ...flow.source, ...members } }).source).toBe(name);
});
