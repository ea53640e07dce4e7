import { Type } from 'typebox';
import type { Setting } from './settings.ts';

/**
 * The value that a text of the environment or of a flag stands for. A text that does not fit the
 * type stays as it is, for the check to complain about.
 */
export function valueOf({ schema }: Setting, text: string): unknown {
  if (Type.IsArray(schema)) {
    return text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }
  if (Type.IsBoolean(schema)) return text === 'true' ? true : text === 'false' ? false : text;
  if (Type.IsInteger(schema)) return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
  return text;
}

/** What a value must be, for people. */
export function wanted({ schema, key, minimum, maximum }: Setting): string {
  if (Type.IsArray(schema)) {
    return key === 'kafka.brokers' ? 'a list of `host:port`' : 'a list of texts without repeats';
  }
  if (Type.IsBoolean(schema)) return '`true` or `false`';
  if (Type.IsEnum(schema)) return `one of ${schema.enum.map((value) => `\`${value}\``).join(', ')}`;
  if (Type.IsInteger(schema)) return `a whole number ${rangeOf(minimum ?? 0, maximum)}`;
  if (key === 'registry.url') return 'an http or https address without credentials and query';
  return 'a text that is not empty';
}

function rangeOf(minimum: number, maximum: number | undefined): string {
  return maximum === undefined ? `from ${minimum}` : `from ${minimum} to ${maximum}`;
}
