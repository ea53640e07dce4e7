import { Field } from './fields.ts';
import type { FieldName } from './fields.ts';

/** An object of a record of which some members are read. */
export interface Shape {
  /** By length of the name in bytes. */
  readonly membersByLength: readonly (readonly ShapeMember[])[];
  readonly membersByName: ReadonlyMap<string, ShapeMember>;
}

export interface ShapeMember {
  readonly name: Uint8Array;
  /** Number of the field that the member's value is; -1 = only something inside it is read. */
  readonly field: number;
  /** Every field at or below the member. */
  readonly fields: readonly number[];
  readonly shape: Shape | null;
}

/** Where a field is: the names of the members that lead to it. */
export type Path = readonly string[];

/** The tree of members that lead to the fields. Of a field with several paths any member counts. */
export function shapeOf(paths: Iterable<readonly [FieldName, Path]>): Shape {
  const steps = [...paths].map(([name, path]) => ({ field: Field[name], path }));
  return shapeBelow(steps.filter(({ path }) => path.length > 0));
}

interface Step {
  readonly field: number;
  readonly path: Path;
}

function shapeBelow(steps: readonly Step[]): Shape {
  const membersByName = new Map<string, ShapeMember>();
  for (const [name, below] of Map.groupBy(steps, ({ path }) => path[0] ?? '')) {
    membersByName.set(name, memberOf(name, below));
  }
  const membersByLength: ShapeMember[][] = [];
  for (const member of membersByName.values()) {
    (membersByLength[member.name.length] ??= []).push(member);
  }
  return { membersByName, membersByLength: Array.from(membersByLength, (list) => list ?? []) };
}

function memberOf(name: string, steps: readonly Step[]): ShapeMember {
  const inside = steps.filter(({ path }) => path.length > 1);
  const own = steps.find(({ path }) => path.length === 1);
  return {
    name: Buffer.from(name),
    field: own?.field ?? -1,
    // That a member of another dialect was ever there is not to be forgotten.
    fields: steps.map(({ field }) => field).filter((field) => field !== Field.foreign),
    shape:
      inside.length === 0
        ? null
        : shapeBelow(inside.map(({ field, path }) => ({ field, path: path.slice(1) }))),
  };
}
