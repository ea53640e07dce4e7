import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { goldmaneRecord, privateNetwork, workload } from '../support/flow-record.ts';
import { rehearsal } from './support.ts';

const guide = 'examples/staging-guide/policies';

const denied = goldmaneRecord({
  reporter: 'Dst',
  source: workload('role=backend'),
  dest: { ...workload('role=database'), port: 6379 },
});
const open = goldmaneRecord({
  reporter: 'Src',
  source: workload('role=db'),
  dest: { ...privateNetwork, port: 5978 },
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rehearsal-explain-'));
  await writeFile(join(folder, 'flows.ndjson'), `${denied}\n\n${open}\n`);
  await writeFile(join(folder, 'policies.yaml'), ledger);
});
afterAll(() => rm(folder, { recursive: true }));

const ledger = `apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {namespace: payments, name: ledger}
spec:
  order: 500
  selector: app == 'ledger'
  types: [Ingress]
  ingress:
    - action: Log
    - action: Deny
      source: {nets: [10.9.0.0/16]}
    - action: Allow
      protocol: UDP
    - action: Pass
      protocol: TCP
      source: {namespaceSelector: team == 'x', notSelector: has(banned)}
      destination: {ports: [5432, "9000:9090"], notPorts: [9001]}
    - action: Deny
---
apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: {namespace: payments, name: ledger}
spec: {stagedAction: Delete}
---
apiVersion: projectcalico.org/v3
kind: StagedGlobalNetworkPolicy
metadata: {name: edge}
spec: {stagedAction: Ignore, order: 1, namespaceSelector: all(), types: [Ingress], ingress: [{action: Deny}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: payments, labels: {team: x}}
`;

describe('an explanation', () => {
  test('shows who selects, the label that decides, and the field of each rule that fails', async () => {
    const { exitCode, stdout, stderr } = await rehearsal([
      'explain',
      '--policies',
      guide,
      '--flow',
      denied,
    ]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toBe(`default/backend-5d8f7c9b4-* → default/database-5d8f7c9b4-* tcp/6379
  ingress, so the policies of the destination are asked
  source       role=backend
  destination  role=database

                                               enforced        pending
verdict                                        allow           deny
decided by the end of tier default, no rule matched: sgnp:default.allow-tcp-6379 was the first to select the endpoint
change: NewlyDenied
each of these alone would flip it: sgnp:default.allow-tcp-6379, snp:default/default.allow-tcp-6379

tier default
  sgnp:default.allow-tcp-6379 (staged)         does not count  no rule matches
    selects it: role == "database" (it has role=database)
    rule 0: allow                              –               no match
      source.selector is not met: role == "frontend" (it has role=backend)
  snp:default/default.allow-tcp-6379 (staged)  does not count  no rule matches
    selects it: role == "database" (it has role=database)
    rule 0: allow                              –               no match
      source.selector is not met: role == "frontend" (it has role=backend)
  end of tier                                  –               deny
profiles
  pro:kns.default                              allows          not asked
    rule 0: allow                              matches         –

staged policies that have no part in it
  sknp:default/test-network-policy: role == "db" (it has role=database)

assumed: address_owner_assumed, an address nobody owns was read as outside
  to settle it: load the IPPools, which tell what lies outside the cluster
`);
  });

  test('tells what is open and what to load', async () => {
    const { stdout } = await rehearsal(['explain', '--policies', guide, '--flow', open]);
    expect(stdout).toBe(`default/db-5d8f7c9b4-* → private network tcp/5978
  egress, so the policies of the source are asked
  source       role=db
  destination  no labels

                                             enforced        pending
verdict                                      allow           uncertain
change: Uncertain

tier default
  sknp:default/test-network-policy (staged)  does not count  open
    selects it: role == "db" (it has role=db)
    rule 0: allow                            –               may match
      destination.nets 10.0.0.0/24 is open: the record carries no address, here one of IPv4; no_dest_ip
profiles
  pro:kns.default                            allows          not asked
    rule 0: allow                            matches         –

staged policies that have no part in it
  sgnp:default.allow-tcp-6379: role == "database" (it has role=db)
  snp:default/default.allow-tcp-6379: role == "database" (it has role=db)

open: no_dest_ip, the record does not carry the destination address
  to settle it: load Pods and IPPools, so that fewer addresses are possible, or take records that carry the destination address
`);
  });

  test('tells of deletions, of connections that go different ways, and of criteria one by one', async () => {
    const flow = goldmaneRecord({
      reporter: 'Dst',
      source: { namespace: 'payments', name: 'gateway-5d8f7c9b4-*', labels: ['app=gateway'] },
      dest: {
        namespace: 'payments',
        name: 'ledger-5d8f7c9b4-*',
        labels: ['app=ledger'],
        port: 5432,
      },
    });
    const { stdout } = await rehearsal([
      'explain',
      '--policies',
      join(folder, 'policies.yaml'),
      '--flow',
      flow,
    ]);
    expect(stdout).toBe(`payments/gateway-5d8f7c9b4-* → payments/ledger-5d8f7c9b4-* tcp/5432
  ingress, so the policies of the destination are asked
  source       app=gateway
  destination  app=ledger

                                         enforced   pending
verdict                                  uncertain  allow
decided by rule 0 of pro:kns.payments
change: Unchanged
the record says that it was allowed

1 connection over IPv4 it may stand for  open       allow
tier default
  np:payments/ledger                     open       does not count
    selects it: app == "ledger" (it has app=ledger)
    pending: snp:payments/ledger takes its place, or deletes it
    rule 0: log                          matches    –
    rule 1: deny                         may match  –
      source.nets 10.9.0.0/16 is open: the record carries no address, here one of IPv4; no_source_ip
    rule 2: allow                        no match   –
      protocol udp is not met: the flow is tcp/5432
    rule 3: pass                         matches    –
      protocol: tcp; source.selector: pcns.team == "x"; source.notSelector: has(banned); destination.ports: 5432, 9000-9090; destination.notPorts: 9001
    1 more rule is not asked
profiles
  pro:kns.payments                       allows     allows
    rule 0: allow                        matches    matches

1 connection over IPv6 it may stand for  allow      allow
tier default
  np:payments/ledger                     passes on  does not count
    selects it: app == "ledger" (it has app=ledger)
    pending: snp:payments/ledger takes its place, or deletes it
    rule 0: log                          matches    –
    rule 1: deny                         no match   –
      source.nets 10.9.0.0/16 is not met: the record carries no address, here one of IPv6
    rule 2: allow                        no match   –
      protocol udp is not met: the flow is tcp/5432
    rule 3: pass                         matches    –
      protocol: tcp; source.selector: pcns.team == "x"; source.notSelector: has(banned); destination.ports: 5432, 9000-9090; destination.notPorts: 9001
    1 more rule is not asked
profiles
  pro:kns.payments                       allows     allows
    rule 0: allow                        matches    matches

staged policies that have no part in it
  sgnp:edge: it says stagedAction: Ignore
  snp:payments/ledger: it deletes np:payments/ledger

open: no_source_ip, the record does not carry the source address
  to settle it: load Pods and IPPools, so that fewer addresses are possible, or take records that carry the source address
assumed: labels_assumed, a label absent from an aggregate was read as absent
  to settle it: load the Pods: the record has only the labels that all of them share
assumed: address_owner_assumed, an address nobody owns was read as outside
  to settle it: load the IPPools, which tell what lies outside the cluster
`);
  });

  test('is an object with --format json', async () => {
    const { stdout } = await rehearsal([
      'explain',
      '--policies',
      guide,
      '--flow',
      denied,
      '--format',
      'json',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      flow: { source: { name: 'default/backend-5d8f7c9b4-*' }, service: 'tcp/6379' },
      evaluation: { verdict: 'Deny', change: 'NewlyDenied' },
      walks: [
        {
          verdict: { enforced: 'allow', pending: 'deny' },
          tiers: [
            {
              tier: 'default',
              policies: [
                {
                  policy: 'sgnp:default.allow-tcp-6379',
                  answer: { enforced: 'absent', pending: 'no-rule' },
                  rules: [{ failed: { path: 'source.selector', answer: 'no' } }],
                },
                { policy: 'snp:default/default.allow-tcp-6379' },
              ],
              end: { enforced: null, pending: 'deny' },
            },
          ],
        },
      ],
      doubts: [{ reason: 'address_owner_assumed', isAssumption: true }],
    });
  });

  test('holds no control characters of a record', async () => {
    const evil = denied.replace('role=backend', 'role=\\u001b[31m');
    const { stdout } = await rehearsal(['explain', '--policies', guide, '--flow', evil]);
    expect(stdout).toContain('role=\\u001b[31m');
    expect(stdout).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  test('of a flow that is not judged says why', async () => {
    const flow = denied.replace('"reporter":2', '"reporter":0');
    const { stdout } = await rehearsal(['explain', '--policies', guide, '--flow', flow]);
    expect(stdout).toContain('which end reported it the record does not say');
    expect(stdout).toContain('not evaluated\n');
    expect(stdout).toContain('open: direction_unknown, ');
  });
});

describe('the record', () => {
  test.each([
    ['a line of a file', ['flows.ndjson:3'], 'default/db-5d8f7c9b4-*'],
    ['the next record after an empty line', ['flows.ndjson:2'], 'default/db-5d8f7c9b4-*'],
    ['the first of a file', ['flows.ndjson'], 'default/backend-5d8f7c9b4-*'],
  ])('is %s', async (_name, [name = ''], source) => {
    const { exitCode, stdout } = await rehearsal([
      'explain',
      '--policies',
      guide,
      join(folder, name),
    ]);
    expect(exitCode).toBe(0);
    expect(stdout.startsWith(source)).toBe(true);
  });

  test.each([[['-']], [['--flow', '-']]])('is on stdin with %j', async (args) => {
    const { stdout } = await rehearsal(['explain', '--policies', guide, ...args], {
      stdin: denied,
    });
    expect(stdout.startsWith('default/backend-5d8f7c9b4-*')).toBe(true);
  });

  test('may be several in one message', async () => {
    const { stdout } = await rehearsal([
      'explain',
      '--policies',
      guide,
      '--flow',
      `[${denied},${open}]`,
    ]);
    expect(stdout.match(/^default\/\S+/gm)).toEqual([
      'default/backend-5d8f7c9b4-*',
      'default/db-5d8f7c9b4-*',
    ]);
  });

  test.each([
    ['nothing', [], 2, '`explain` needs a record: '],
    ['two', ['a', 'b'], 2, 'takes one record at a time'],
    ['two in two ways', ['a', '--flow', '{}'], 2, 'takes one record at a time'],
    ['no record', ['--flow', '{'], 65, '`--flow` cannot be read: truncated, '],
    ['no record at all', ['--flow', ''], 65, '`--flow` cannot be read: '],
    [
      'a file that is not there',
      ['none.ndjson'],
      65,
      '`none.ndjson`: there is no such file (ENOENT)',
    ],
  ])('cannot be %s', async (_name, args, code, message) => {
    const { exitCode, stdout, stderr } = await rehearsal(['explain', '--policies', guide, ...args]);
    expect([exitCode, stdout]).toEqual([code, '']);
    expect(stderr).toContain(message);
  });

  test('cannot be a line that is not there', async () => {
    const path = join(folder, 'flows.ndjson');
    const { exitCode, stderr } = await rehearsal(['explain', '--policies', guide, `${path}:9`]);
    expect(exitCode).toBe(65);
    expect(stderr).toContain('ends at line 3, but line 9 was asked for');
  });
});
