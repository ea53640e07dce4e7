import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { sharedBroker } from '../support/broker/shared-broker.ts';

const { bootstrap } = sharedBroker();
const main = fileURLToPath(new URL('../../examples/demo/main.ts', import.meta.url));

test('the demo shows would-be denials, names the policies, and ends by itself', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [main, '--seconds', '4'], {
    env: { PATH: process.env['PATH'], REHEARSAL_KAFKA_BROKERS: bootstrap },
    timeout: 100_000,
  });
  const [, cutting = '', harmless = ''] =
    /would cut traffic seen here:\n([^]*)and these would not:\n([^]*)Nothing was enforced/.exec(
      stdout,
    ) ?? [];
  expect(cutting).toContain('StagedNetworkPolicy payments/ledger');
  expect(cutting).toContain('StagedGlobalNetworkPolicy default.allow-tcp-6379');
  expect(harmless).toContain('StagedNetworkPolicy shop/cart-ingress');
  expect(stdout).toMatch(
    /cut: shop\/checkout → kube-system\/coredns udp\/53, by shop\/checkout-egress/,
  );
  expect(stdout).toMatch(/^metrics: http:\/\/127\.0\.0\.1:\d+\/metrics$/m);
});
