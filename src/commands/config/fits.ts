import type { ValueSchema } from './settings.ts';

/**
 * Whether a value is what a setting asks for, as a validator of JSON Schema would say: to compile one for
 * every start costs more than everything else that a start does.
 */
export function fits(schema: ValueSchema, value: unknown): boolean {
  if (schema.enum !== undefined) return typeof value === 'string' && schema.enum.includes(value);
  switch (schema.type) {
    case 'array':
      return Array.isArray(value) && isFittingList(schema, value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return typeof value === 'number' && isWithin(schema, value);
    case 'string':
      return typeof value === 'string' && isFittingText(schema, value);
    case undefined:
    default:
      return false;
  }
}

function isFittingList(
  { items, minItems = 0, uniqueItems = false }: ValueSchema,
  list: readonly unknown[],
): boolean {
  if (list.length < minItems || items === undefined) return false;
  // Items are texts.
  return list.every((item) => fits(items, item)) && !(uniqueItems && hasRepeats(list));
}

function hasRepeats(list: readonly unknown[]): boolean {
  return new Set(list).size < list.length;
}

function isWithin({ minimum = -Infinity, maximum = Infinity }: ValueSchema, value: number) {
  return Number.isInteger(value) && value >= minimum && value <= maximum;
}

function isFittingText({ minLength = 0, pattern }: ValueSchema, text: string): boolean {
  if (text.length < minLength) return false;
  return pattern === undefined || new RegExp(pattern, 'u').test(text);
}
