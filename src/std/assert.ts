/** Our own mistake: throws with `message` when `condition` is false. Never for bad input. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`bug: ${message}`);
}

/** Closes a switch over a union: a new member breaks the build here. */
export function unreachable(value: never): never {
  throw new Error(`bug: unreachable value ${String(value)}`);
}
