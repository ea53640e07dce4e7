import { Type } from 'typebox';
import { configSchema } from './schema.ts';
import type { Setting, ValueSchema } from './settings.ts';

/** Every key in the order of the schema, read off the schema itself. */
export function settingsOfSchema(): readonly Setting[] {
  return settingsOf(configSchema, []);
}

/**
 * The TypeScript file that carries the settings, so that no command has to load what the schema is made
 * with.
 */
export function settingRowsModule(): string {
  const rows = settingsOfSchema().map((setting) => `  ${JSON.stringify(setting)},\n`);
  return [
    '// Made of `schema.ts` by `npm run generate`.',
    "import type { Setting } from './settings.ts';",
    '',
    '/** Every key of the configuration, in the order of the schema. */',
    `export const settingRows: readonly Setting[] = [\n${rows.join('')}];`,
    '',
  ].join('\n');
}

/** `input.groupId` -> `REHEARSAL_INPUT_GROUP_ID`. */
export function environmentNameOf(key: string): string {
  const snake = key.replaceAll('.', '_').replace(/[A-Z]/g, (capital) => `_${capital}`);
  return `REHEARSAL_${snake.toUpperCase()}`;
}

function settingsOf(schema: Type.TSchema, path: readonly string[]): Setting[] {
  if (Type.IsObject(schema)) {
    return Object.entries(schema.properties).flatMap(([name, member]) =>
      settingsOf(member, [...path, name]),
    );
  }
  const key = path.join('.');
  const { default: fallback, description, secret, otherwise, ...rest } = annotationsOf(schema);
  return [
    {
      key,
      environmentName: environmentNameOf(key),
      schema: rest,
      ...(fallback === undefined ? {} : { fallback }),
      otherwise: otherwise ?? '',
      isSecret: secret === true,
      meaning: description ?? '',
    },
  ];
}

interface Annotations extends ValueSchema {
  readonly default?: unknown;
  readonly description?: string;
  readonly secret?: boolean;
  readonly otherwise?: string;
}

function annotationsOf(schema: Type.TSchema): Annotations {
  return schema;
}
