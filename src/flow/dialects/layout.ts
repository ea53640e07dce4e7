import { CodedError } from '../../std/coded-error.ts';
import { carriedNames } from './carried.ts';
import type { Dialect, Telling } from './dialect.ts';
import { Field } from './fields.ts';
import type { FieldName } from './fields.ts';
import type { KnownMember } from './member-tree.ts';
import { shapeOf } from './shape.ts';
import type { Path, Shape } from './shape.ts';

/** A dialect made ready for reading and splicing, under one of its wrappers. */
export interface Layout {
  readonly dialect: Dialect;
  readonly shape: Shape;
  /** Numbers of the fields of which one list must be there, and of those that must not. */
  readonly recognisedBy: readonly (readonly number[])[];
  readonly refusedBy: readonly number[];
  readonly reporter: Telling['reporter'];
  /** What goes before a pending list that takes no other's place: see `json-form.ts`. */
  readonly pendingInPolicies: Buffer;
  readonly pendingInEmptyPolicies: Buffer;
  readonly policiesAnew: Buffer;
  readonly policiesInHolder: Buffer;
  /** What goes between ours and the list that it takes the place of; `null` = that is not kept. */
  readonly upstreamInPolicies: Buffer | null;
  readonly evaluationInRecord: Buffer;
  /** All that has a place in the canonical form, and our own member; only for conversion. */
  readonly known: () => readonly KnownMember[];
}

export interface LayoutOptions {
  /** Name of the member that is added to each record. */
  readonly member: string;
  /** Whether the dialects have to be told from each other. */
  readonly isGuessed: boolean;
}

/**
 * The layouts of several dialects. At most one of them recognises a record: what tells a dialect by
 * itself keeps a record from all that come later. Throws `CodedError` if a dialect has a member of the
 * name of ours.
 */
export function layoutsOf(dialects: readonly Dialect[], options: LayoutOptions): Layout[] {
  const marks: Path[] = [];
  const layouts: Layout[] = [];
  for (const dialect of dialects) {
    for (const wrapper of dialect.wrappers) {
      const paths = pathsUnder(wrapper, fieldNames, dialect.paths);
      layouts.push(layoutOf(dialect, { ...options, wrapper, paths, foreign: [...marks] }));
      marks.push(...ownMarks(dialect, paths));
    }
  }
  return layouts;
}

type Paths = ReadonlyMap<FieldName, Path>;

interface LayoutParts extends LayoutOptions {
  readonly wrapper: string;
  readonly paths: Paths;
  /** Members that tell dialects which come earlier. */
  readonly foreign: readonly Path[];
}

function layoutOf(dialect: Dialect, parts: LayoutParts): Layout {
  const { member, isGuessed, paths, foreign } = parts;
  if ([...paths.values()].some(([first]) => first === member)) {
    throw new CodedError(
      'flow/member-reserved',
      `\`output.member\`: records in dialect ${dialect.name} have a member \`${member}\` of their own; choose another name`,
    );
  }
  const known = new Set([...paths.values()].map((path) => path.join('.')));
  const pending = nameOf(paths, 'pending');
  const policies = nameOf(paths, 'policies');
  const { some = [], none = [] } = isGuessed ? dialect.toldBy : {};
  return {
    dialect,
    shape: shapeOf([
      ...paths,
      ...foreign.filter((path) => !known.has(path.join('.'))).map(asForeign),
      ['evaluation', [member]],
      ['evaluator', [member, 'evaluator']],
    ]),
    recognisedBy: marksOf(dialect, some),
    refusedBy: [...none, 'foreign' as const].map((name) => Field[name]),
    reporter: dialect.toldBy.reporter,
    pendingInPolicies: Buffer.from(`,${pending}`),
    pendingInEmptyPolicies: Buffer.from(pending),
    policiesAnew: Buffer.from(`{${pending}`),
    policiesInHolder: Buffer.from(`,${policies}{${pending}`),
    upstreamInPolicies: upstreamIn(dialect, paths),
    evaluationInRecord: Buffer.from(`,${JSON.stringify(member)}:`),
    known: () => knownMembers(dialect, parts),
  };
}

function asForeign(path: Path) {
  return ['foreign', path] as const;
}

/** The members of which each alone tells the dialect. */
function ownMarks({ requires }: Dialect, paths: Paths): readonly Path[] {
  return requires.flatMap(([field, ...others]) => {
    const path = field === undefined || others.length > 0 ? undefined : paths.get(field);
    return path === undefined ? [] : [path];
  });
}

function marksOf({ requires }: Dialect, some: readonly FieldName[]) {
  const marks =
    some.length === 0
      ? requires
      : requires.flatMap((names) => some.map((name) => [...names, name]));
  return marks.map((names) => names.map((name) => Field[name]));
}

function knownMembers(
  { paths: dialectPaths, carried }: Dialect,
  parts: LayoutParts,
): readonly KnownMember[] {
  const { paths, wrapper, member } = parts;
  const sizes: ReadonlySet<string> = new Set(carriedNames);
  const read = [...paths].filter(([name]) => name !== 'allPolicies' && !sizes.has(name));
  const kept = [
    ...pathsUnder(wrapper, carriedNames, dialectPaths),
    ...pathsUnder(wrapper, carriedNames, carried),
  ];
  return [
    ...read.map(([, path]): KnownMember => [path, null]),
    ...kept.map(([name, path]): KnownMember => [path, name]),
    [[member], null],
  ];
}

function pathsUnder<Name extends string>(
  wrapper: string,
  names: readonly Name[],
  paths: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<Name, Path> {
  const prefix = wrapper === '' ? [] : [wrapper];
  return new Map(
    names.flatMap((name): [Name, Path][] => {
      const path = paths[name];
      return path === undefined ? [] : [[name, [...prefix, ...path.split('.')]]];
    }),
  );
}

const fieldNames = Object.keys(Field).filter(isFieldName);

function isFieldName(name: string): name is FieldName {
  return name in Field;
}

function upstreamIn({ keepsUpstream }: Dialect, paths: Paths): Buffer | null {
  return keepsUpstream ? Buffer.from(`,${nameOf(paths, 'pendingUpstream')}`) : null;
}

/** The member's name as it stands before a value. */
function nameOf(paths: Paths, field: FieldName): string {
  return `${JSON.stringify(paths.get(field)?.at(-1))}:`;
}
