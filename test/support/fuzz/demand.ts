/** @throws Error that names the promise, unless it is kept */
export function demand(isKept: boolean, promise: string): asserts isKept {
  if (!isKept) throw new Error(`a promise is broken: ${promise}`);
}
