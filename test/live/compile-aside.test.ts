import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { compileAside } from '../../src/live/compile-aside.ts';
import {
  compilePolicies,
  type CompiledPolicies,
  type CompileOptions,
  type CompileOutcome,
} from '../../src/live/compile.ts';
import { liveLimits } from '../../src/live/limits.ts';
import { PolicyIndex } from '../../src/policy/index/policy-index.ts';

const options: CompileOptions = { mode: 'enforcement', onInvalid: 'refuse', icmpFromPort: true };
const policy = `apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: {name: default.a, namespace: shop}
spec: {selector: "role == 'db'", types: [Ingress]}
`;
const namespace = `apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: red}}
`;
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rehearsal-compile-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

async function compile(files: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return compileAside({ paths: [folder], limits: liveLimits, options });
}

function compiled(outcome: CompileOutcome): CompiledPolicies {
  if (outcome.status === 'refused') throw new Error(outcome.problems[0]?.message);
  return outcome.policies;
}

function inPlace(...texts: readonly string[]) {
  const outcome = compilePolicies(
    texts.map((text, index) => ({ file: `${index}.yaml`, text })),
    options,
  );
  return compiled(outcome);
}

test('what another thread compiles is the same index as compiled here', async () => {
  const { outcome } = await compile({ 'a.yaml': policy, 'b.yaml': namespace });
  const there = compiled(outcome);
  const here = inPlace(policy, namespace);
  expect(there.tables).toEqual(here.tables);
  expect(there.digest).toEqual(here.digest);
  const index = new PolicyIndex(there.tables);
  expect(index.hasPolicy('StagedNetworkPolicy', 'shop', 'default.a')).toBe(true);
});

test('everything that is wrong is told, with its place', async () => {
  const { outcome } = await compile({
    'a.yaml': policy.replace("'db'", "'db"),
    'b.yaml': 'kind: [',
  });
  const problems = outcome.status === 'refused' ? outcome.problems : [];
  const places = problems.map(({ position }) => `${position.file}:${position.line}`);
  expect(places).toContain(`${join(folder, 'a.yaml')}:4`);
  expect(places).toContain(`${join(folder, 'b.yaml')}:1`);
});

test('paths that cannot be read are an error that names them', async () => {
  const job = { paths: [join(folder, 'nowhere')], limits: liveLimits, options };
  await expect(compileAside(job)).rejects.toMatchObject({
    code: 'policy/unreadable',
    message: expect.stringContaining('nowhere'),
  });
});

test('what was skipped is told', async () => {
  const { outcome, skipped } = await compile({ 'a.yaml': policy });
  expect([outcome.status, skipped]).toEqual(['compiled', []]);
});

test('the hash of policies does not depend on the inventory, nor the other way round', () => {
  const both = inPlace(policy, namespace);
  const more = inPlace(policy, namespace.replace('red', 'blue'));
  const other = inPlace(policy.replace('Ingress', 'Egress'), namespace);
  expect(more.digest.policyHash).toBe(both.digest.policyHash);
  expect(more.digest.inventoryHash).not.toBe(both.digest.inventoryHash);
  expect(other.digest.policyHash).not.toBe(both.digest.policyHash);
  expect(other.digest.inventoryHash).toBe(both.digest.inventoryHash);
});

test('the order of files matters to neither hash', () => {
  const one = inPlace(policy, namespace);
  const other = inPlace(namespace, policy);
  expect([other.digest.policyHash, other.digest.inventoryHash]).toEqual([
    one.digest.policyHash,
    one.digest.inventoryHash,
  ]);
});
