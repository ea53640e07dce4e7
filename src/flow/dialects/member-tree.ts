import type { CarriedName } from './carried.ts';
import type { Path } from './shape.ts';

/** The members of a record that the canonical form has a place for; whatever else is there is unknown. */
export type MemberTree = ReadonlyMap<string, MemberNode>;

export interface MemberNode {
  /** What its value is carried as; `null` = it is read as a field, or only something inside it is known. */
  readonly carried: CarriedName | null;
  /** `null` = nothing inside it is told apart. */
  readonly inside: MemberTree | null;
}

/** A known member, and what it is carried as. */
export type KnownMember = readonly [path: Path, carried: CarriedName | null];

export function memberTree(members: readonly KnownMember[]): MemberTree {
  const here = members.filter(([path]) => path.length > 0);
  const byName = Map.groupBy(here, ([[name = '']]) => name);
  return new Map([...byName].map(([name, list]) => [name, nodeOf(list)]));
}

function nodeOf(members: readonly KnownMember[]): MemberNode {
  const inside = members.flatMap(([path, carried]): KnownMember[] =>
    path.length > 1 ? [[path.slice(1), carried]] : [],
  );
  const own = members.find(([path]) => path.length === 1);
  return {
    carried: own?.[1] ?? null,
    inside: inside.length === 0 ? null : memberTree(inside),
  };
}
