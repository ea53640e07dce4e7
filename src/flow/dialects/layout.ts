import { CodedError } from '../../std/coded-error.ts';
import type { Dialect } from './dialect.ts';
import { Field } from './fields.ts';
import type { FieldName } from './fields.ts';
import { shapeOf } from './shape.ts';
import type { Path, Shape } from './shape.ts';

/** A dialect made ready for reading and splicing, under one of its wrappers. */
export interface Layout {
  readonly dialect: Dialect;
  readonly shape: Shape;
  /** Numbers of the fields of which one list must be there. */
  readonly recognisedBy: readonly (readonly number[])[];
  /** What goes before a pending list that takes no other's place: see `json-form.ts`. */
  readonly pendingInPolicies: Buffer;
  readonly pendingInEmptyPolicies: Buffer;
  readonly policiesAnew: Buffer;
  readonly policiesInHolder: Buffer;
  readonly evaluationInRecord: Buffer;
}

export interface LayoutOptions {
  /** Name of the member that is added to each record. */
  readonly member: string;
  /** Whether the dialect has to be told from others. */
  readonly isGuessed: boolean;
}

/** Throws `CodedError` if the dialect has a member of the name of ours. */
export function layoutsOf(dialect: Dialect, options: LayoutOptions): Layout[] {
  return dialect.wrappers.map((wrapper) => layoutOf(dialect, wrapper, options));
}

function layoutOf(dialect: Dialect, wrapper: string, options: LayoutOptions): Layout {
  const { member } = options;
  const paths = pathsOf(dialect, wrapper);
  if ([...paths.values()].some(([first]) => first === member)) {
    throw new CodedError(
      'flow/member-reserved',
      `\`output.member\`: records in dialect ${dialect.name} have a member \`${member}\` of their own; choose another name`,
    );
  }
  const pending = nameOf(paths, 'pending');
  const policies = nameOf(paths, 'policies');
  return {
    dialect,
    shape: shapeOf(
      new Map([...paths, ['evaluation', [member]], ['evaluator', [member, 'evaluator']]]),
    ),
    recognisedBy: marksOf(dialect, options.isGuessed).map((names) =>
      names.map((name) => Field[name]),
    ),
    pendingInPolicies: Buffer.from(`,${pending}`),
    pendingInEmptyPolicies: Buffer.from(pending),
    policiesAnew: Buffer.from(`{${pending}`),
    policiesInHolder: Buffer.from(`,${policies}{${pending}`),
    evaluationInRecord: Buffer.from(`,${JSON.stringify(member)}:`),
  };
}

function marksOf({ requires, toldBy }: Dialect, isGuessed: boolean) {
  if (!isGuessed || toldBy.length === 0) return requires;
  return requires.flatMap((names) => toldBy.map((name) => [...names, name]));
}

function pathsOf({ paths }: Dialect, wrapper: string): Map<FieldName, Path> {
  const prefix = wrapper === '' ? [] : [wrapper];
  const names = Object.keys(Field).filter(isFieldName);
  return new Map(
    names.flatMap((name): [FieldName, Path][] => {
      const path = paths[name];
      return path === undefined ? [] : [[name, [...prefix, ...path.split('.')]]];
    }),
  );
}

function isFieldName(name: string): name is FieldName {
  return name in Field;
}

/** The member's name as it stands before a value. */
function nameOf(paths: ReadonlyMap<FieldName, Path>, field: FieldName): string {
  return `${JSON.stringify(paths.get(field)?.at(-1))}:`;
}
