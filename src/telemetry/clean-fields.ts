/**
 * Fields as they may be logged: secrets, at any depth, and bytes replaced by what they are; texts cut;
 * nothing deeper or wider than people read. The fields themselves are left alone.
 */
export function cleanFields(fields: object): Record<string, unknown> {
  const cleaned = clean(fields, 0);
  return isPlain(cleaned) ? cleaned : { value: cleaned };
}

const depthMax = 6;
const membersMax = 100;
const textLengthMax = 2_000;

const secretName =
  /pass(word|phrase)?$|secret|token$|authorization|cookie|credential|private.?key/i;

function clean(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cut(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  return typeof value === 'object' && value !== null ? cleanObject(value, depth) : value;
}

function cleanObject(value: object, depth: number): unknown {
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (value instanceof Date) return value;
  if (depth >= depthMax) return '…';
  if (value instanceof Error) return describeError(value, depth);
  if (Array.isArray(value)) {
    return value.slice(0, membersMax).map((item: unknown) => clean(item, depth + 1));
  }
  const members = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(
    members.slice(0, membersMax).map(([name, member]: [unknown, unknown]) => {
      const key = cut(String(name));
      return [key, secretName.test(key) ? '[redacted]' : clean(member, depth + 1)];
    }),
  );
}

/** What happened and why, without the stack: a bug of ours is printed with it elsewhere. */
function describeError(error: Error, depth: number): Record<string, unknown> {
  return {
    type: error.name,
    message: cut(error.message),
    ...('code' in error && { code: String(error.code) }),
    ...(error.cause !== undefined && { cause: clean(error.cause, depth + 1) }),
  };
}

function cut(text: string): string {
  return text.length <= textLengthMax ? text : `${text.slice(0, textLengthMax)}…`;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
