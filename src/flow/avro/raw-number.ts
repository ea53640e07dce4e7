const rawJson: unknown = Reflect.get(JSON, 'rawJSON');

/** What `JSON.stringify` writes as the number of that text, however many digits it has. */
export function rawNumber(text: string): unknown {
  return typeof rawJson === 'function' ? Reflect.apply(rawJson, JSON, [text]) : Number(text);
}
