import type { Setting } from './settings.ts';

/**
 * The value that a text of the environment or of a flag stands for. A text that does not fit the
 * type stays as it is, for the check to complain about.
 */
export function valueOf({ schema }: Setting, text: string): unknown {
  if (schema.type === 'array') {
    return text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }
  if (schema.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (schema.type === 'integer') return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  return text;
}

/** What a value must be, for people. */
export function wanted({ schema, key }: Setting): string {
  const { minimum = 0, maximum } = schema;
  if (schema.type === 'array') {
    return key === 'kafka.brokers' ? 'a list of `host:port`' : 'a list of texts without repeats';
  }
  if (schema.type === 'boolean') return '`true` or `false`';
  if (schema.enum !== undefined)
    return `one of ${schema.enum.map((value) => `\`${value}\``).join(', ')}`;
  if (schema.type === 'integer') return `a whole number ${rangeOf(minimum, maximum)}`;
  if (key === 'registry.url') return 'an http or https address without credentials and query';
  return 'a text that is not empty';
}

function rangeOf(minimum: number, maximum: number | undefined): string {
  return maximum === undefined ? `from ${minimum}` : `from ${minimum} to ${maximum}`;
}
