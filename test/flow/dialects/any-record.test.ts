import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dialects } from '../../../src/flow/dialects/table.ts';
import { objectText, stringText, valueText, writingsOf } from './support/json-text.ts';
import type { MemberText } from './support/json-text.ts';
import { dialectOf, evaluationText as E, pendingText as P, spliced } from './support/reading.ts';

/** A way of writing records: objects from the outermost in, and members by which it is told. */
interface Writing {
  readonly dialect: string;
  /** Names of the objects around `policies`. */
  readonly around: readonly string[];
  /** Members of the innermost of these. */
  readonly told: readonly MemberText[];
  readonly enforced: string;
  readonly pending: string;
  /** Where the list that came goes to. */
  readonly upstream?: string;
}

const go = { dialect: 'goldmane-go', enforced: 'enforced_policies', pending: 'pending_policies' };
const proto = {
  dialect: 'goldmane-protojson',
  enforced: 'enforcedPolicies',
  pending: 'pendingPolicies',
};
const flat = { around: [], enforced: 'enforced', pending: 'pending' };

const writings: readonly Writing[] = [
  { ...go, around: ['Key'], told: [['"source_name"', '"a"']] },
  { ...go, around: ['flow', 'Key'], told: [['"dest_name"', '"a"']] },
  { ...proto, around: ['Key'], told: [['"sourceName"', '"a"']] },
  { ...proto, around: ['flow', 'Key'], told: [['"destName"', '"a"']] },
  {
    ...go,
    dialect: 'goldmane-protojson',
    around: ['flow', 'Key'],
    told: [
      ['"dest_name"', '"a"'],
      ['"reporter"', '"Src"'],
    ],
  },
  { ...go, dialect: 'enterprise', around: [], told: [['"source_name_aggr"', '"a"']] },
  { ...flat, dialect: 'whisker', told: [] },
  {
    ...flat,
    dialect: 'canonical-json',
    told: [['"dest_type"', '"Network"']],
    upstream: 'pending_upstream',
  },
];

const knownNames = new Set([
  'evaluation',
  'evaluator',
  'flow',
  ...dialects.flatMap(({ paths }) => Object.values(paths).flatMap((path) => path.split('.'))),
]);

/** A member that no dialect knows, spelt anyhow. */
const unknownMember: fc.Arbitrary<MemberText> = fc.tuple(
  stringText.filter((name) => !knownNames.has(String(JSON.parse(name)))),
  valueText,
);

// No JSON text holds these, so that they can stand for what is to be replaced.
const PENDING = '\u0001';
const EVALUATION = '\u0002';

interface ObjectParts {
  /** Members that are known, by their names unspelt. */
  readonly inside: readonly (readonly [name: string, value: string])[];
  readonly told?: readonly MemberText[];
  /** Goes before the closing brace. */
  readonly atEnd?: string;
}

/**
 * An object of these members among unknown ones, some of them twice, in any order. Before a known one
 * there may be another of its name, which does not count.
 */
function anObject({ inside, told = [], atEnd = '' }: ObjectParts): fc.Arbitrary<string> {
  const named = inside.map(([name, value]) =>
    fc
      .tuple(writingsOf(name), fc.option(fc.tuple(writingsOf(name), valueText)))
      .map(([text, earlier]) => ({ member: [text, value] as const, earlier })),
  );
  return fc
    .tuple(fc.array(unknownMember, { maxLength: 3 }), fc.boolean(), ...named)
    .chain(([unknown, isTwice, ...known]) => {
      const earlier = known.flatMap((one) => (one.earlier === null ? [] : [one.earlier]));
      const all: MemberText[] = [
        ...known.map(({ member }) => member),
        ...told,
        ...unknown,
        ...(isTwice ? unknown : []),
      ];
      return fc
        .shuffledSubarray(all, { minLength: all.length })
        .chain((members) => objectText([...earlier, ...members]));
    })
    .map((text) => `${text.slice(0, -1)}${atEnd}}`);
}

/** A record with a mark in each of the two places, and what is there before and after. */
interface Template {
  readonly dialect: string;
  readonly text: string;
  readonly pending: readonly [before: string, after: string];
  readonly evaluation: readonly [before: string, after: string];
}

interface Members {
  readonly hasPending: boolean;
  readonly hasEvaluation: boolean;
  readonly value: string;
}

function templateOf(writing: Writing): fc.Arbitrary<Template> {
  return fc
    .record({ hasPending: fc.boolean(), hasEvaluation: fc.boolean(), value: valueText })
    .chain((members) =>
      textOf(writing, members).map((text) => ({
        dialect: writing.dialect,
        text,
        ...places(writing, members),
      })),
    );
}

function textOf(writing: Writing, { hasPending, hasEvaluation }: Members): fc.Arbitrary<string> {
  const { around, told, enforced, pending } = writing;
  const ours: readonly [string, string][] = hasEvaluation ? [['evaluation', EVALUATION]] : [];
  const root = hasEvaluation ? '' : EVALUATION;
  const policies = anObject(
    hasPending
      ? {
          inside: [
            [enforced, '[]'],
            [pending, PENDING],
          ],
        }
      : { inside: [[enforced, '[]']], atEnd: PENDING },
  );
  const names = [...around, 'policies'].toReversed();
  return names.reduce<fc.Arbitrary<string>>((text, name, depth) => {
    const isRoot = depth === names.length - 1;
    return text.chain((value) =>
      anObject({
        inside: [[name, value], ...(isRoot ? ours : [])],
        told: depth === 0 ? told : [],
        atEnd: isRoot ? root : '',
      }),
    );
  }, policies);
}

function places(writing: Writing, members: Members): Pick<Template, 'pending' | 'evaluation'> {
  const { pending, upstream } = writing;
  const { hasPending, hasEvaluation, value } = members;
  const came = `[${value}]`;
  const moved = upstream === undefined || hasEvaluation ? '' : `,"${upstream}":${came}`;
  return {
    pending: hasPending ? [came, P + moved] : ['', `,"${pending}":${P}`],
    evaluation: hasEvaluation
      ? [`{"evaluator":"rehearsal/0.0.1","x":${value}}`, E]
      : ['', `,"evaluation":${E}`],
  };
}

function filled({ text, pending, evaluation }: Template, side: 0 | 1): string {
  return text.replace(PENDING, () => pending[side]).replace(EVALUATION, () => evaluation[side]);
}

describe.each(writings)('any record of $dialect around $around', (writing) => {
  test('is told, and changes in the two members and nowhere else', () => {
    fc.assert(
      fc.property(templateOf(writing), (record) => {
        expect(dialectOf(filled(record, 0))).toBe(record.dialect);
        expect(spliced(filled(record, 0))).toBe(filled(record, 1));
      }),
    );
  });

  test('changes no more at a second pass', () => {
    fc.assert(
      fc.property(templateOf(writing), (record) => {
        const once = spliced(filled(record, 0));
        expect(spliced(once)).toBe(once);
      }),
    );
  });
});
