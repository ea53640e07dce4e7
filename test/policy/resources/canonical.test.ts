import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalPolicies, hashPolicies } from '../../../src/policy/resources/canonical.ts';
import { decodeYaml } from './decoding.ts';

const documents = [
  'apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: t}\nspec: {order: 5}\n',
  ...['a', 'b', 'c'].map(
    (name) =>
      `apiVersion: projectcalico.org/v3\nkind: StagedGlobalNetworkPolicy\nmetadata: {name: ${name}}\nspec: {tier: t, selector: has(x), ingress: [{action: Allow}]}\n`,
  ),
  'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n',
];
const text = documents.join('---\n');
const hash = hashOf(text);

function hashOf(yaml: string): string {
  return hashPolicies(decodeYaml(yaml), 'enforcement');
}

test('a hash is 16 hex digits', () => {
  expect(hash).toMatch(/^[0-9a-f]{16}$/);
});

test('the order of the documents does not matter', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(documents, { minLength: documents.length }), (shuffled) => {
      expect(canonicalPolicies(decodeYaml(shuffled.join('---\n')))).toBe(
        canonicalPolicies(decodeYaml(text)),
      );
    }),
  );
});

describe('what does not change the hash', () => {
  const edits: readonly (readonly [name: string, edited: string])[] = [
    ['comments and blank lines', `# a comment\n\n${text.replaceAll('---', '---\n# b\n')}`],
    [
      'defaults that are written out',
      text.replaceAll('tier: t', 'tier: t, types: [Ingress], stagedAction: Set'),
    ],
    ['the spelling of a selector', text.replaceAll('has(x)', "'has( x )'")],
    ['labels of a policy', text.replaceAll('{name: a}', '{name: a, labels: {x: "1"}}')],
    ['the inventory', text.replace('{name: shop}', '{name: bank, labels: {x: "1"}}')],
    [
      'a built-in tier that is spelt out',
      `${text}---\n${documents[0]?.replace('name: t', 'name: default').replace('order: 5', 'order: 1000000, defaultAction: Deny') ?? ''}`,
    ],
  ];
  test.each(edits)('%s', (_, edited) => {
    expect(edited).not.toBe(text);
    expect(hashOf(edited)).toBe(hash);
  });
});

describe('what changes the hash', () => {
  const edits: readonly (readonly [name: string, edited: string])[] = [
    ['the order of a tier', text.replace('order: 5', 'order: 6')],
    ['the default action of a tier', text.replace('order: 5', 'order: 5, defaultAction: Pass')],
    ['a name', text.replace('{name: a}', '{name: d}')],
    ['a kind', text.replace('StagedGlobal', 'Global')],
    ['a policy’s order', text.replace('tier: t', 'tier: t, order: 1')],
    ['a staged action', text.replace('tier: t', 'tier: t, stagedAction: Ignore')],
    ['a selector', text.replace('has(x)', 'has(y)')],
    ['a rule', text.replace('action: Allow', 'action: Deny')],
    ['a policy less', documents.toSpliced(1, 1).join('---\n')],
  ];
  test.each(edits)('%s', (_, edited) => {
    expect(hashOf(edited)).not.toBe(hash);
  });

  test('the mode', () => {
    expect(hashPolicies(decodeYaml(text), 'calico')).not.toBe(hash);
  });
});
