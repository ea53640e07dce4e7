/**
 * The same bytes one behind the other in memory of their own, for what is kept long: short buffers lie in slabs that they share with
 * others, and one of them keeps a whole slab.
 */
export function lasting<Parts extends readonly Buffer[]>(
  ...parts: Parts
): { readonly [Part in keyof Parts]: Buffer } {
  const memory = Buffer.allocUnsafeSlow(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as many as came
  return parts.map((part) => {
    memory.set(part, at);
    at += part.length;
    return memory.subarray(at - part.length, at);
  }) as { readonly [Part in keyof Parts]: Buffer };
}
