import { expect, test } from 'vitest';
import { compileIndex } from '../../../src/policy/index/compile.ts';
import { rememberedMax } from '../../../src/policy/index/limits.ts';
import { resourcesFrom } from '../../oracle/setting.ts';
import { connection, ip, podOf, summary } from './compiled.ts';

const pods = 17_000;
/** So many kinds of pods, and a rule for each. */
const kinds = 10;

function addressOf(pod: number): string {
  return `10.0.${Math.floor(pod / 250)}.${pod % 250}`;
}

const objects = [
  ...Array.from({ length: pods }, (_, pod) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `p${pod}`, namespace: 'shop', labels: { kind: `k${pod % kinds}` } },
    spec: { nodeName: 'n' },
    status: { podIP: addressOf(pod) },
  })),
  {
    apiVersion: 'projectcalico.org/v3',
    kind: 'GlobalNetworkPolicy',
    metadata: { name: 'g' },
    spec: {
      ingress: Array.from({ length: kinds }, (_, kind) => ({
        action: kind % 2 === 0 ? 'Allow' : 'Deny',
        source: { selector: `kind == 'k${kind}'` },
      })),
    },
  },
];

test('ends that are forgotten, and made anew, get the answers that they had', () => {
  const resources = resourcesFrom(objects, { mode: 'enforcement' });
  const options = { mode: 'enforcement', onInvalid: 'refuse', icmpFromPort: true } as const;
  const index = compileIndex(resources, options);
  expect(pods).toBeGreaterThan(rememberedMax(index.tables));
  const judged = podOf(index, 'shop', 'p0');
  const wrong: string[] = [];
  for (let turn = 0; turn < 2; turn += 1) {
    for (let pod = turn; pod < pods; pod += 1) {
      const facts = connection(index.ofAddress(ip(addressOf(pod))), judged);
      const rule = pod % kinds;
      const verdict = rule % 2 === 0 ? 'allow' : 'deny';
      const expected = `${verdict}: 0|default|gnp:g|${verdict}|${rule}`;
      const answer = summary(index.evaluate(facts, 'pending', 'assuming'));
      if (answer !== expected) wrong.push(`${addressOf(pod)}: ${answer}`);
    }
  }
  expect(wrong).toEqual([]);
});
