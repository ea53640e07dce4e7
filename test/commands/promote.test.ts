import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { goldmaneRecord, workload } from '../support/flow-record.ts';
import { rehearsal } from './support.ts';

const guide = 'examples/staging-guide/policies';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rehearsal-promote-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function promote(text: string, ...args: readonly string[]) {
  return rehearsal(['promote', '--policies', await file('policies.yaml', text), ...args]);
}

/** A staged policy of the namespace `default` with the lines of its `spec`. */
function staged(name: string, ...spec: readonly string[]): string {
  return `apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata:
  name: ${name}
  namespace: default
spec:
${spec.map((line) => `  ${line}\n`).join('')}`;
}

const selectsDatabase = "selector: role == 'database'";

describe('what is printed', () => {
  test('is the enforced twin in the words of the staged policy', async () => {
    const text = `# Why it is there.
apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy # not yet enforced
metadata:
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{}'
    owner: "payments" # who to ask
  creationTimestamp: "2026-08-01T00:00:00Z"
  generation: 3
  managedFields: []
  name: ledger
  namespace: default
  resourceVersion: "12"
  uid: 0f
spec:
  stagedAction: Set
  order: 10 # before the rest
  selector: 'role == "database"'
  egress:
  - action: Allow
status:
  conditions: []
`;
    const { exitCode, stdout, stderr } = await promote(text, 'snp/default/ledger');
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`# Why it is there.
apiVersion: projectcalico.org/v3
kind: NetworkPolicy # not yet enforced
metadata:
  annotations:
    owner: "payments" # who to ask
  name: ledger
  namespace: default
spec:
  order: 10 # before the rest
  selector: 'role == "database"'
  egress:
  - action: Allow
  types:
  - Egress
`);
    expect(stderr).toBe(
      'rehearsal: snp/default/ledger: once that is done, `kubectl delete stagednetworkpolicies.projectcalico.org ledger --namespace default`\n',
    );
  });

  test('is of the group and with the `policyTypes` of Kubernetes where the policy is staged for that', async () => {
    const text = `{"apiVersion":"projectcalico.org/v3","kind":"StagedKubernetesNetworkPolicy",
      "metadata":{"name":"a","namespace":"default"},"spec":{"podSelector":{},"egress":[{}]}}`;
    const { stdout } = await promote(text, 'sknp/default/a');
    expect(stdout).toBe(`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: a
  namespace: default
spec:
  podSelector: {}
  egress:
    - {}
  policyTypes:
    - Ingress
    - Egress
`);
  });

  test('has the name that Calico hides in an annotation of what it stores', async () => {
    const text = `apiVersion: crd.projectcalico.org/v1
kind: StagedGlobalNetworkPolicy
metadata:
  name: default.edge
  annotations:
    projectcalico.org/metadata: '{"labels":{"team":"net"}}'
spec: {selector: all(), types: [Ingress]}
`;
    const { stdout } = await promote(text, 'sgnp/edge');
    expect(stdout).toBe(`apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata:
  name: edge
  labels:
    team: net
spec: {selector: all(), types: [Ingress]}
`);
  });

  test('is a comment where the policy deletes, so that apply makes no empty policy of it', async () => {
    const { stdout, stderr } = await promote(
      staged('a', 'stagedAction: Delete') + `---\n${staged('b', selectsDatabase)}`,
      'snp/default/a',
      'snp/default/b',
    );
    expect(stdout).toMatch(
      /^# kubectl delete networkpolicies\.projectcalico\.org a --namespace default --ignore-not-found\n---\napiVersion/,
    );
    expect(stderr).toContain('snp/default/a deletes: run its line `kubectl delete`');
  });

  test('is every staged policy in the order of evaluation with --all, but those to be ignored', async () => {
    const { exitCode, stdout, stderr } = await promote(
      [
        staged('late', 'order: 20', selectsDatabase),
        staged('early', 'order: 10', selectsDatabase),
        staged('left', 'stagedAction: Ignore'),
      ].join('---\n'),
      '--all',
    );
    expect(exitCode).toBe(0);
    expect([...stdout.matchAll(/ name: (\w+)/g)].map((match) => match[1])).toEqual([
      'early',
      'late',
    ]);
    expect(stderr).toContain('snp/default/left is left out: it says `stagedAction: Ignore`');
  });

  test('has nothing of an enforced namesake; what apply would leave of that is told', async () => {
    const twin = staged('a', 'order: 5', selectsDatabase, 'serviceAccountSelector: all()').replace(
      'StagedNetworkPolicy',
      'NetworkPolicy',
    );
    const { stdout, stderr } = await promote(
      `${twin}---\n${staged('a', selectsDatabase)}`,
      'snp/default/a',
    );
    expect(stdout).not.toContain('order');
    expect(stderr).toContain(
      'also has `spec.order`, `spec.serviceAccountSelector`, which apply may leave there; use `kubectl replace -f -`',
    );
  });
});

describe('policies are named', () => {
  test.each([
    'snp/default/default.allow-tcp-6379',
    'snp:default/default.allow-tcp-6379',
    'StagedNetworkPolicy/default/default.allow-tcp-6379',
    'stagednetworkpolicies/default/default.allow-tcp-6379',
    'stagednetworkpolicies.projectcalico.org/default/default.allow-tcp-6379',
  ])('%s', async (reference) => {
    const { exitCode, stdout } = await rehearsal(['promote', reference, '--policies', guide]);
    expect([exitCode, stdout.match(/^kind: .*$/gm)]).toEqual([0, ['kind: NetworkPolicy']]);
  });

  test.each([
    ['snp/default.allow-tcp-6379', 'did you mean `snp/default/default.allow-tcp-6379`?'],
    ['sgnp/default.alow-tcp-6379', 'did you mean `sgnp/default.allow-tcp-6379`?'],
    ['frobnicate', 'no staged policy `frobnicate`; loaded: `sknp/default/test-network-policy`, '],
    ['np/default/x', '`np/default/x` is of a kind that is enforced already'],
  ])('%s is a mistake', async (reference, message) => {
    const { exitCode, stdout, stderr } = await rehearsal([
      'promote',
      reference,
      '--policies',
      guide,
    ]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  test.each([
    [[], 'needs a policy, as `snp/payments/ledger-strict`, or `--all`; loaded: `sknp/'],
    [['--all', 'sgnp/x'], '`--all` takes no policies beside it'],
  ])('%j is a mistake', async (args, message) => {
    const { exitCode, stderr } = await rehearsal(['promote', ...args, '--policies', guide]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });

  test('one that asks to be ignored is not promoted by name', async () => {
    const { exitCode, stderr } = await promote(
      staged('a', 'stagedAction: Ignore'),
      'snp/default/a',
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain('`snp/default/a` says `stagedAction: Ignore`');
  });

  test('an invalid set of policies is exit 78', async () => {
    const { exitCode, stdout } = await promote(staged('a', 'selector: "=="'), 'snp/default/a');
    expect([exitCode, stdout]).toEqual([78, '']);
  });
});

describe('with --flows', () => {
  const toDatabase = goldmaneRecord({
    reporter: 'Dst',
    source: workload('role=backend'),
    dest: { ...workload('role=database'), port: 6379 },
  });
  const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: default}\n';
  const pods = ['backend', 'database']
    .map(
      (role, place) => `apiVersion: v1
kind: Pod
metadata:
  {name: ${role}-5d8f7c9b4-x, generateName: ${role}-5d8f7c9b4-, namespace: default, labels: {role: ${role}}}
spec: {nodeName: n}
status: {phase: Running, podIP: 10.0.0.${place + 1}}
`,
    )
    .join('---\n');
  const inventory = `${namespace}---\n${pods}---\n`;
  const allows = [selectsDatabase, 'types: [Ingress]', 'ingress: [{action: Allow}]'];

  async function withFlows(text: string, flows: string, ...args: readonly string[]) {
    const path = await file('flows.ndjson', flows);
    return promote(inventory + text, '--flows', path, ...args);
  }

  test('what denies a flow that is allowed is refused, exit 1, and nothing is printed', async () => {
    const { exitCode, stdout, stderr } = await withFlows(
      staged('a', selectsDatabase),
      `${toDatabase}\n${toDatabase}\n`,
      'snp/default/a',
    );
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      'rehearsal: snp/default/a: would deny 2 flows allowed today (2 by the end of its tier)\n' +
        'rehearsal: nothing was printed; `--force` prints it all the same\n',
    );
  });

  test('--force prints it all the same, with the reasons', async () => {
    const { exitCode, stdout, stderr } = await withFlows(
      staged('a', selectsDatabase),
      toDatabase,
      'snp/default/a',
      '--force',
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain('kind: NetworkPolicy');
    expect(stderr).toContain('would deny 1 flow allowed');
  });

  test('what certainly denies nothing is printed', async () => {
    const { exitCode, stderr } = await withFlows(
      staged('a', ...allows),
      toDatabase,
      'snp/default/a',
    );
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('once that is done')]);
  });

  const away = goldmaneRecord({
    reporter: 'Dst',
    source: workload('role=backend'),
    dest: { ...workload('role=frontend'), port: 80 },
  });
  test.each([
    ['no evidence', away, [], 'no flow touches it, so there is no evidence'],
    [
      'calico mode',
      toDatabase,
      ['--mode', 'calico'],
      'under `--mode calico` nothing can be called safe',
    ],
    ['a record that cannot be read', `${toDatabase}\n{]\n`, [], 'a record cannot be read, '],
    [
      'a record of no direction',
      `${toDatabase}\n${toDatabase.replace('"reporter":2', '"reporter":0')}\n`,
      [],
      'whether it touches 1 flow nobody knows',
    ],
  ])('%s is never safe', async (_name, flows, args, message) => {
    const { exitCode, stdout, stderr } = await withFlows(
      staged('a', ...allows),
      flows,
      'snp/default/a',
      ...args,
    );
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message);
  });

  test('an assumption is no certainty', async () => {
    const path = await file('flows.ndjson', toDatabase);
    const text = staged(
      'a',
      selectsDatabase,
      'types: [Ingress]',
      'ingress:',
      '- action: Allow',
      '  source: {notSelector: has(x)}',
    );
    const { exitCode, stderr } = await promote(
      `${namespace}---\n${text}`,
      'snp/default/a',
      '--flows',
      path,
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain('what it does to 1 flow ');
  });

  test('two of which the first makes way for the second are asked in turn', async () => {
    // Alone `b` denies; after `a`, which lets the flow in first, it does not.
    const text = [
      staged('a', 'order: 1', ...allows),
      staged('b', 'order: 2', selectsDatabase, 'types: [Ingress]'),
    ].join('---\n');
    const inOrder = await withFlows(text, toDatabase, 'snp/default/a', 'snp/default/b');
    expect(inOrder.exitCode).toBe(0);
    const reversed = await withFlows(text, toDatabase, 'snp/default/b', 'snp/default/a');
    expect(reversed.exitCode).toBe(1);
    expect(reversed.stderr).toContain('snp/default/b: would deny 1 flow');
    expect((await withFlows(text, toDatabase, '--all')).exitCode).toBe(0);
  });

  test('stdin can be read but once', async () => {
    const { exitCode, stderr } = await promote(
      `${staged('a', ...allows)}---\n${staged('b', ...allows)}`,
      '--all',
      '--flows',
      '-',
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain('write them to a file');
  });
});
