/**
 * As `node --disable-proto=delete` does, for whoever starts a program or a thread of ours without it: what is
 * called `__proto__` in a document or a record is a name like any other.
 */
export function deleteProto(): void {
  Reflect.deleteProperty(Object.prototype, '__proto__');
}
