import { expect, test } from 'vitest';
import { rehearsal } from './support.ts';

const enforced = `# Who may reach the ledger.
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: ledger, namespace: payments, uid: "1"}
spec:
  tier: platform # of the platform team
  selector: app == 'ledger'
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {}}
`;

test('enforced policies become staged ones that govern the same', async () => {
  const { exitCode, stdout } = await rehearsal(['stage'], { stdin: enforced });
  expect(exitCode).toBe(0);
  expect(stdout).toBe(`# Who may reach the ledger.
apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: {name: ledger, namespace: payments}
spec:
  tier: platform # of the platform team
  selector: app == 'ledger'
  types:
    - Ingress
  stagedAction: Set
---
apiVersion: projectcalico.org/v3
kind: StagedKubernetesNetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress], stagedAction: Set}
`);
});

test('a deletion says nothing but that, and its tier', async () => {
  const { stdout } = await rehearsal(['stage', '--action', 'Delete', '-'], { stdin: enforced });
  expect(stdout).toBe(`# Who may reach the ledger.
apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: {name: ledger, namespace: payments}
spec:
  tier: platform
  stagedAction: Delete
---
apiVersion: projectcalico.org/v3
kind: StagedKubernetesNetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  stagedAction: Delete
`);
});

test('what is staged comes back as it was when it is promoted', async () => {
  const { stdout } = await rehearsal(['stage', 'examples/shop/policies.yaml']);
  const again = await rehearsal(['stage'], { stdin: stdout });
  expect(again.exitCode).toBe(78);
  expect(again.stderr).toContain('snp/payments/ledger is left out: it is staged already');
  expect(again.stderr).toContain('no enforced policy in `-`');
});

test.each([
  ['a file that is not there', ['none.yaml'], '', 78, '`none.yaml`: ENOENT'],
  ['no YAML', [], '{', 78, 'stdin:1:2: not readable as YAML'],
  ['an action that is none', ['--action', 'delete'], '', 2, 'did you mean `Delete`?'],
])('%s is a mistake', async (_name, args, stdin, code, message) => {
  const { exitCode, stdout, stderr } = await rehearsal(['stage', ...args], { stdin });
  expect([exitCode, stdout]).toEqual([code, '']);
  expect(stderr).toContain(message);
});
