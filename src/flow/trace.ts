import type { PolicyHit, PolicyRef } from '../policy/hit.ts';

export function samePolicy(one: PolicyRef, other: PolicyRef): boolean {
  return (
    one === other ||
    (one.kind === other.kind && one.name === other.name && one.namespace === other.namespace)
  );
}

/** How many hits two traces share from the start. */
export function sharedLength(one: readonly PolicyHit[], other: readonly PolicyHit[]): number {
  const differs = one.findIndex((hit, place) => {
    const twin = other[place];
    return twin === undefined || !sameHit(hit, twin);
  });
  return differs === -1 ? one.length : differs;
}

/** Whether two hits name the same rule of the same policy, doing the same. */
function sameHit(one: PolicyHit, other: PolicyHit): boolean {
  return (
    one === other ||
    (one.ruleIndex === other.ruleIndex &&
      one.action === other.action &&
      samePolicy(one.policy, other.policy))
  );
}
