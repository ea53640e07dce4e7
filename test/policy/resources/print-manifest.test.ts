import { expect, test } from 'vitest';
import { readDocuments } from '../../../src/policy/resources/documents.ts';
import { printManifest, type Edits } from '../../../src/policy/resources/print-manifest.ts';

const nothing: Edits = { set: [], remove: [] };

function printed(text: string, edits: Edits = nothing, place = 0): string {
  const { documents, problems } = readDocuments(text, 'a.yaml');
  expect(problems).toEqual([]);
  const document = documents[place];
  if (document === undefined) throw new Error('no such document');
  return printManifest(document, edits);
}

const kubectlStyle = `# Of the team that pays.
apiVersion: v3 # the group
kind: A
metadata:
  name: 'x'
  labels: {a: "1", b: two}
spec:
  # who
  selector: role == 'db'
  ingress:
  - action: Allow
    nets: [10.0.0.0/8]
`;

test.each([
  ['as kubectl writes', kubectlStyle],
  [
    'with lists further in',
    kubectlStyle.replace('  - action', '    - action').replace('    nets', '      nets'),
  ],
  [
    'with room in brackets',
    kubectlStyle
      .replace('{a', '{ a')
      .replace('two}', 'two }')
      .replace('[10.0.0.0/8]', '[ 10.0.0.0/8 ]'),
  ],
])('what is not changed stays as it was written: %s', (_name, text) => {
  expect(printed(text)).toBe(text);
});

test('what is set keeps its comment and quotes, what is new comes last', () => {
  const text = 'kind: "A" # kind\nspec:\n  a: 1\n';
  const set = [
    [['kind'], 'B'],
    [['spec', 'types'], ['Ingress']],
  ] as const;
  expect(printed(text, { set, remove: [] })).toBe(
    'kind: "B" # kind\nspec:\n  a: 1\n  types:\n    - Ingress\n',
  );
});

test('a mapping that is left without members goes, what is not there is passed over', () => {
  const text = 'kind: A\nmetadata:\n  annotations:\n    gone: x\n  name: it\nspec: text\n';
  const remove = [
    ['metadata', 'annotations', 'gone'],
    ['status'],
    ['spec', 'none'],
    ['a', 'b', 'c'],
  ];
  expect(printed(text, { set: [], remove })).toBe('kind: A\nmetadata:\n  name: it\nspec: text\n');
});

test('aliases are written out, wherever their anchors are', () => {
  const text = 'kind: A\nstatus: &s\n  - &n 1\nspec:\n  a: *s\n  b: *n\n';
  expect(printed(text, { set: [], remove: [['status']] })).toBe(
    'kind: A\nspec:\n  a:\n    - 1\n  b: 1\n',
  );
});

test('a member of a list is a document of its own', () => {
  const text = '# list\nkind: List\nitems:\n- kind: A # a\n  spec: {x: "y"}\n- kind: B\n';
  expect(printed(text)).toBe('kind: A # a\nspec: {x: "y"}\n');
  expect(printed(text, nothing, 1)).toBe('kind: B\n');
});

test('JSON becomes YAML in which no text turns into something else under YAML 1.1', () => {
  const text = JSON.stringify({
    kind: 'A',
    a: 'yes',
    b: '010',
    c: '1:20',
    d: null,
    e: [],
    f: 'x\ny',
  });
  expect(printed(text)).toBe(
    'kind: A\na: "yes"\nb: "010"\nc: "1:20"\nd: null\ne: []\nf: |-\n  x\n  y\n',
  );
});

test('a plain word that YAML 1.1 reads as something else is quoted, as it was understood here', () => {
  expect(printed('kind: A\nselector: on\n')).toBe('kind: A\nselector: "on"\n');
});

test('long lines are not folded', () => {
  const text = `kind: A\nselector: ${"role == 'database' && ".repeat(20)}has(x)\n`;
  expect(printed(text)).toBe(text);
});
