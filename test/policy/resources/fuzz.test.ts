import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDocuments } from '../../../src/policy/resources/documents.ts';
import type { Step } from '../../../src/policy/resources/source.ts';
import { conformanceRows } from '../../support/conformance.ts';
import { decodeObjects } from './decoding.ts';

const pieces = [
  '---\n,...\n,- ,? ,: ,a: ,kind: List\n,items:\n,  ,\n,\t,#,",\',[,],{,},|\n,>-\n,&a ,*a,!t ',
  '%YAML 1.2\n,\r\n,<<: ,__proto__: ,\\,\uFEFF,é,1e999,~,@,`',
].flatMap((list) => list.split(','));

test('no text makes the reader throw', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(',', ...pieces), { maxLength: 60 }),
      fc.boolean(),
      (chosen, isJson) => {
        const { documents, problems } = readDocuments(
          chosen.join(''),
          isJson ? 'p.json' : 'p.yaml',
        );
        for (const document of documents) expect(document.locate([]).line).toBeGreaterThan(0);
        for (const { position } of problems) expect(position.column).toBeGreaterThan(0);
      },
    ),
    { numRuns: 1000 },
  );
});

const key = fc.string({ minLength: 1, maxLength: 6 });
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
  ),
}));

test('JSON read as JSON and as YAML is the same, place by place', () => {
  fc.assert(
    fc.property(fc.dictionary(key, tree, { minKeys: 1 }), fc.nat(3), (value, indent) => {
      const text = JSON.stringify(value, null, indent).replace(
        /[\u0085\u2028\u2029\u007f-\u009f]/g,
        '',
      );
      const [json] = readDocuments(text, 'p.json').documents;
      const [yaml] = readDocuments(`# c\n${text}`, 'p.yaml').documents;
      expect(yaml?.value).toEqual(json?.value);
      for (const path of pathsOf(json?.value)) {
        const { line, column } = json?.locate(path) ?? {};
        expect(yaml?.locate(path)).toEqual({ file: 'p.yaml', line: (line ?? 0) + 1, column });
      }
    }),
    { numRuns: 150 },
  );
});

const objects = conformanceRows<{ readonly object: object }>('invalid').map(({ object }) => object);

test('no object makes the decoder throw, and a policy is rejected exactly when there is an error', () => {
  const edit = fc.record({ object: fc.constantFrom(...objects), at: fc.nat(), value: tree });
  fc.assert(
    fc.property(edit, ({ object, at, value }) => {
      const paths = pathsOf(object).filter((path) => path[0] === 'spec');
      const path = paths[at % Math.max(1, paths.length)] ?? ['spec'];
      const edited = replaced(object, path, value);
      const { policies, problems } = decodeObjects([edited]);
      const hasError = problems.some(({ severity }) => severity === 'error');
      for (const { state } of policies) expect(state === 'rejected').toBe(hasError);
      const calico = decodeObjects([edited], { mode: 'calico' });
      expect(calico.problems.some(({ severity }) => severity === 'error')).toBe(false);
    }),
    { numRuns: 600 },
  );
});

/** Paths of all members and elements. */
function pathsOf(value: unknown, path: readonly Step[] = []): Step[][] {
  if (typeof value !== 'object' || value === null) return [];
  const members: [Step, unknown][] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return members.flatMap(([step, member]) => [
    [...path, step],
    ...pathsOf(member, [...path, step]),
  ]);
}

function replaced(value: unknown, path: readonly Step[], by: unknown): object {
  const copy: unknown = structuredClone(value);
  let at = copy as Record<Step, unknown>;
  for (const step of path.slice(0, -1)) at = at[step] as Record<Step, unknown>;
  const last = path.at(-1);
  if (last !== undefined) at[last] = by;
  return copy as object;
}
