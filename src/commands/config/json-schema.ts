import { Type } from 'typebox';
import { configSchema } from './schema.ts';
import { settingsOfSchema } from './make-setting-rows.ts';

/**
 * The JSON Schema of a configuration file, as text: every key may be left out, and the keys that a file
 * must not hold are left out of it.
 */
export function configJsonSchema(): string {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Configuration of Rehearsal',
    ...forFile(configSchema),
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** The table of the configuration for the README. */
export function configTable(): string {
  const rows = settingsOfSchema().map(({ key, environmentName, fallback, otherwise, meaning }) => {
    const value = fallback === undefined ? 'none' : `\`${shown(fallback)}\``;
    const either = otherwise === '' ? value : `${value}; ${otherwise}`;
    return `| \`${key}\` | \`${environmentName}\` | ${either} | ${meaning} |`;
  });
  return ['| key | environment | default | meaning |', '|---|---|---|---|', ...rows, ''].join('\n');
}

function forFile(schema: Type.TSchema): object {
  if (!Type.IsObject(schema)) return withoutOwnWords(schema);
  const members = Object.entries(schema.properties).filter(([, member]) => !('secret' in member));
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(members.map(([name, member]) => [name, forFile(member)])),
  };
}

/** Editors know nothing of `otherwise`. */
function withoutOwnWords(schema: Type.TSchema): object {
  return Object.fromEntries(Object.entries(schema).filter(([word]) => word !== 'otherwise'));
}

function shown(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}
