import { describe, expect, test } from 'vitest';
import { readDocuments } from '../../../src/policy/resources/documents.ts';
import { documentLimits } from '../../../src/policy/resources/source.ts';
import { linesOf } from './decoding.ts';

function values(text: string, file = 'p.yaml'): unknown[] {
  return readDocuments(text, file).documents.map(({ value }) => value);
}

function complaints(text: string, file = 'p.yaml'): string[] {
  return linesOf(readDocuments(text, file).problems);
}

describe('documents of a file', () => {
  const reads: readonly (readonly [name: string, text: string, values: readonly unknown[]])[] = [
    ['one document', 'kind: A\n', [{ kind: 'A' }]],
    ['several documents', 'kind: A\n---\nkind: B\n---\nkind: C', ['A', 'B', 'C'].map(kindOf)],
    ['a leading marker and comments', '# c\n---\n# d\nkind: A\n', [kindOf('A')]],
    ['content on the marker’s line', '--- {kind: A}\n--- {kind: B}\n', ['A', 'B'].map(kindOf)],
    ['empty documents', '---\n---\n\n--- # nothing\nkind: A\n---\n', [kindOf('A')]],
    ['an end marker', 'kind: A\n...\n---\nkind: B\n...\n', ['A', 'B'].map(kindOf)],
    ['a directive', '%YAML 1.2\n---\nkind: A\n', [kindOf('A')]],
    ['a byte order mark', '\uFEFFkind: A\n', [kindOf('A')]],
    ['line ends of Windows', 'kind: A\r\n---\r\nkind: B\r\n', ['A', 'B'].map(kindOf)],
    ['dashes that begin no line', 'kind: A\nb: |\n  ---\n  x\n', [{ kind: 'A', b: '---\nx\n' }]],
    ['JSON', '{"kind": "A"}', [kindOf('A')]],
    ['flow YAML that is no JSON', '{kind: A}', [kindOf('A')]],
    ['a List', 'kind: List\nitems:\n- kind: A\n- kind: B\n', ['A', 'B'].map(kindOf)],
    [
      'a List in a List',
      '{"kind":"List","items":[{"kind":"List","items":[{"kind":"A"}]}]}',
      [kindOf('A')],
    ],
    ['a List of nothing', 'kind: List\nitems: []\n---\nkind: List\n', []],
    [
      'a list of one kind, which its items may leave out',
      'apiVersion: v1\nkind: PodList\nitems: [{metadata: {name: a}}, {kind: X}]',
      [
        { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } },
        { apiVersion: 'v1', kind: 'X' },
      ],
    ],
    ['only comments', '# all of it commented out\n', []],
    [
      'the core schema',
      'a: yes\nb: 0x1f\nc: ~\nd: 1e3\ne: 2020-01-01\nf: "1"\n',
      [{ a: 'yes', b: 31, c: null, d: 1000, e: '2020-01-01', f: '1' }],
    ],
    [
      'tags that mean nothing here',
      'a: !!binary AAAA\nb: !foo c\nc: !!set {x: }\n',
      [{ a: 'AAAA', b: 'c', c: { x: null } }],
    ],
    ['an alias', 'a: &x [1]\nb: *x\n', [{ a: [1], b: [1] }]],
    [
      'a merge key as any other key',
      'a: &x {b: 1}\nc:\n  <<: *x\n',
      [{ a: { b: 1 }, c: { '<<': { b: 1 } } }],
    ],
  ];
  test.each(reads)('%s', (_, text, expected) => {
    expect(complaints(text)).toEqual([]);
    expect(values(text)).toEqual(expected);
  });

  test.each(['yaml', 'json'])('`__proto__` is a member like any other in %s', (format) => {
    const json = '{"__proto__": {"polluted": true}, "kind": "A"}';
    const [value] = values(json, `p.${format}`);
    expect(Object.keys(value ?? {})).toEqual(['__proto__', 'kind']);
    expect({}).not.toHaveProperty('polluted');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});

describe('what cannot be read', () => {
  const refusals: readonly (readonly [name: string, text: string, complaint: string])[] = [
    ['a tab', 'a:\n\tb: 1', '2:1: not readable as YAML: tabs are not allowed as indentation'],
    ['an open quote', 'a: "x\nb: 1\n', '3:1: not readable as YAML: missing closing "quote'],
    ['a key given twice', 'a:\n  b: 1\n  b: 2\n', '3:3: the key `b` is given twice'],
    [
      'a mapping as a key',
      '? {a: 1}\n: b\n',
      '1:3: a key must be a plain word, not a list or a mapping',
    ],
    ['an alias without an anchor', 'a: *x', '1:4: the alias `*x` has no anchor before it'],
    ['an alias within its anchor', 'a: &x [*x]', '1:8: the alias `*x` has no anchor before it'],
    ['a NUL byte', 'a: 1\n\0', '2:1: holds a control character, so it is not text'],
    ['an empty file', ' \n', '1:1: the file is empty; remove it, or wait until it is written'],
  ];
  test.each(refusals)('%s', (_, text, complaint) => {
    expect(complaints(text)).toEqual([`p.yaml:${complaint}`]);
    expect(values(text)).toEqual([]);
  });

  const jsonRefusals: readonly (readonly [name: string, text: string, complaint: string])[] = [
    [
      'a trailing comma',
      '{"a": 1,\n}',
      '2:1: not readable as JSON: expected double-quoted property name',
    ],
    ['half a file', '{"a": [1,\n', '2:1: not readable as JSON: unexpected end of JSON input'],
    ['a key given twice', '{"a": 1,\n "\\u0061": 2}', '2:2: the key `a` is given twice'],
    [
      'the same key in two lists',
      '{"a": [{"b": 1}, {"b": 2, "b": 3}]}',
      '1:27: the key `b` is given twice',
    ],
    ['too deep', `${'['.repeat(101)}${']'.repeat(101)}`, '1:101: nested more than 100 levels deep'],
  ];
  test.each(jsonRefusals)('JSON: %s', (_, text, complaint) => {
    expect(complaints(text, 'p.json')).toEqual([`p.json:${complaint}`]);
  });

  test('a broken document does not hide the others', () => {
    const text = 'a: [1\n---\nkind: A\n---\nb: "x\n---\nkind: B\n...\n---\nd: {\n';
    expect(values(text)).toEqual(['A', 'B'].map(kindOf));
    expect(readDocuments(text, 'p.yaml').problems.map(({ position }) => position.line)).toEqual([
      2, 6, 11,
    ]);
  });

  test('one hundred malformed documents give one hundred messages', () => {
    const text = Array.from({ length: 100 }, (_, index) => `a${index}: [1\n`).join('---\n');
    expect(complaints(text)).toHaveLength(100);
  });
});

describe('limits', () => {
  const letters = Array.from('abcdefgh');
  const nines = (index: number): string => Array(9).fill(`*${letters[index]}`).join(',');
  const bombs: readonly (readonly [name: string, text: string, complaint: string])[] = [
    [
      'aliases that multiply',
      `a: &a [x]\n${letters
        .slice(1)
        .map((letter, index) => `${letter}: &${letter} [${nines(index)}]`)
        .join('\n')}`,
      'values, aliases written out',
    ],
    [
      'aliases that double',
      `a0: &a0 [x,x]\n${Array.from({ length: 24 }, (_, index) => `a${index + 1}: &a${index + 1} [*a${index},*a${index}]`).join('\n')}`,
      'values, aliases written out',
    ],
    ['many aliases', `a: &a 1\nb: [${Array(51).fill('*a').join(',')}]`, 'more than 50 aliases'],
    ['brackets', '['.repeat(1_000_000), 'nested more than 100 levels deep'],
    ['braces', '{a: '.repeat(100_000), 'nested more than 100 levels deep'],
    ['dashes', '- '.repeat(1_000_000), 'nested more than 100 levels deep'],
    [
      'indentation',
      Array.from({ length: 120 }, (_, index) => `${' '.repeat(index)}a:`).join('\n'),
      'nested more than 100 levels deep',
    ],
    ['size', '#'.repeat(documentLimits.fileBytesMax + 1), 'more than 16777216 bytes'],
  ];
  test.each(bombs)('%s', (_, text, complaint) => {
    const [only, ...others] = complaints(text);
    expect(only).toContain(complaint);
    expect(others).toEqual([]);
  });

  test('a hundred thousand keys take no longer than they are many', () => {
    const text = Array.from({ length: 100_000 }, (_, index) => `k${index}: v`).join('\n');
    expect(values(text)).toHaveLength(1);
  }, 120_000);

  test('binary is refused, not read', () => {
    const text = String.fromCharCode(
      ...Array.from({ length: 4096 }, (_, index) => ((index * 37) % 251) + 1),
    );
    expect(complaints(text).length).toBeGreaterThan(0);
  });
});

describe('positions', () => {
  const yaml = 'kind: A\n---\n# c\nspec:\n  rules:\n    - a: 1\n    - b: {c: 2}\n';
  const json =
    '{"kind": "List", "items": [\n {"a": 1},\n {"b": [1, {"c\\"d": "x,]}", "e": 2}]}\n]}';
  const places: readonly (readonly [string, number, readonly (string | number)[], string])[] = [
    [yaml, 1, [], '4:1'],
    [yaml, 1, ['spec'], '4:1'],
    [yaml, 1, ['spec', 'rules'], '5:3'],
    [yaml, 1, ['spec', 'rules', 1], '7:7'],
    [yaml, 1, ['spec', 'rules', 1, 'b', 'c'], '7:11'],
    [yaml, 1, ['spec', 'rules', 7, 'x'], '5:3'],
    [yaml, 1, ['spec', 'absent', 'deeper'], '4:1'],
    [json, 0, ['a'], '2:3'],
    [json, 1, [], '3:2'],
    [json, 1, ['b', 0], '3:9'],
    [json, 1, ['b', 1, 'e'], '3:29'],
    [json, 1, ['b', 9], '3:3'],
    [json, 1, ['b', 1, 'absent'], '3:12'],
  ];
  test.each(places)('%j: document %i, %j', (text, index, path, place) => {
    const position = readDocuments(text, 'p').documents[index]?.locate(path);
    expect(`${position?.line}:${position?.column}`).toBe(place);
    expect(position?.file).toBe('p');
  });

  test('in a list of YAML', () => {
    const text = 'kind: List\nitems:\n- kind: A\n- kind: B\n  spec: 1\n';
    const [, second] = readDocuments(text, 'p').documents;
    expect(second?.locate([])).toEqual({ file: 'p', line: 4, column: 3 });
    expect(second?.locate(['spec'])).toEqual({ file: 'p', line: 5, column: 3 });
  });
});

function kindOf(kind: string): object {
  return { kind };
}
