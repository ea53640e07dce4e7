import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Flow, FlowEnd } from '../../../src/flow/flow.ts';
import { formatAddress } from '../../../src/net/address.ts';
import { formatHit } from '../../../src/policy/hit-text.ts';
import { aProcessor, processed } from '../../stage/support/processing.ts';
import { aHit, anEvaluation } from '../../stage/support/evaluations.ts';
import { flowOf } from './support/reading.ts';

/**
 * Records written by hand from what is known of each dialect, at every level of aggregation, with what
 * they say and what becomes of them.
 */
const folder = new URL('../../golden/records/', import.meta.url);
const member = textOf('evaluation.txt').trim();
const goldens = readdirSync(folder)
  .filter((file) => file !== 'evaluation.txt')
  .map((file) => ({ name: file.replace('.txt', ''), ...goldenOf(textOf(file)) }));

describe.each(goldens)('$name', ({ name, record, flow, written }) => {
  const format = dialectOf(name);

  test('says what is known of its dialect', () => {
    expect(shown(flowOf(record))).toEqual(JSON.parse(flow));
    expect(shown(flowOf(record, { format }))).toEqual(JSON.parse(flow));
  });

  test('leaves with the two members and is the same at a second pass', () => {
    const processor = aProcessor({ judge: () => evaluation, format });
    processor.evaluatedAtMs = Date.parse('2026-11-21T04:31:00Z');
    expect(processed(processor, record)).toBe(written);
    expect(processed(processor, written)).toBe(written);
  });
});

function textOf(file: string): string {
  return readFileSync(new URL(file, folder), 'utf8');
}

function goldenOf(text: string) {
  const [, record = '', flow = '', written = ''] = text.split(/\n--- \w+\n/);
  return { record, flow, written: written.trimEnd().replace('@evaluation@', member) };
}

/** The dialect that a file is named after. */
function dialectOf(name: string) {
  if (name.startsWith('enterprise')) return 'enterprise';
  if (name.startsWith('goldmane-go')) return 'goldmane-go';
  if (name.startsWith('goldmane-proto')) return 'goldmane-protojson';
  return name === 'whisker' ? 'whisker' : 'canonical-json';
}

const pass = aHit({
  policy: { kind: 'StagedGlobalNetworkPolicy', namespace: '', name: 'pci-baseline', tier: 'guard' },
  action: 'pass',
  ruleIndex: -1,
});
const deny = aHit({
  policy: {
    kind: 'StagedNetworkPolicy',
    namespace: 'payments',
    name: 'ledger-strict',
    tier: 'default',
  },
  policyIndex: 1,
});
const evaluation = anEvaluation({ pending: [pass, deny], decidedBy: deny, flippedBy: [deny] });

/** A flow as the files write it: what is not known is left out. */
function shown(flow: Flow | string): unknown {
  if (typeof flow === 'string') return flow;
  const { enforced, pendingUpstream } = flow;
  return withoutNulls({
    ...flow,
    source: shownEnd(flow.source),
    destination: shownEnd(flow.destination),
    enforced: enforced?.map((hit) => formatHit(hit)),
    pendingUpstream: pendingUpstream?.map((hit) => formatHit(hit)),
  });
}

function shownEnd({ addresses, addressesTruncated, labels, ...end }: FlowEnd) {
  return withoutNulls({
    ...end,
    labels: labels === null ? null : Object.fromEntries(labels),
    addresses: addresses.length === 0 ? null : addresses.map(formatAddress),
    addressesTruncated: addressesTruncated ? true : null,
  });
}

function withoutNulls(members: object) {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== null && value !== undefined),
  );
}
