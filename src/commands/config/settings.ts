import { Type } from 'typebox';
import { configSchema } from './schema.ts';

/** One key of the configuration with all that the schema says of it. */
export interface Setting {
  /** Dotted path. */
  readonly key: string;
  readonly environmentName: string;
  readonly schema: Type.TSchema;
  /** `undefined` = none. */
  readonly fallback: unknown;
  /** What the default is where something else decides; empty if nothing does. */
  readonly otherwise: string;
  readonly isSecret: boolean;
  readonly meaning: string;
  /** Bounds of a number. */
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
}

/** Every key in the order of the schema. */
export const settings: readonly Setting[] = settingsOf(configSchema, []);

export const settingsByKey: ReadonlyMap<string, Setting> = new Map(
  settings.map((setting) => [setting.key, setting]),
);

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
  const {
    default: fallback,
    description,
    secret,
    otherwise,
    minimum,
    maximum,
  } = annotationsOf(schema);
  return [
    {
      key,
      environmentName: environmentNameOf(key),
      schema,
      fallback,
      otherwise: otherwise ?? '',
      isSecret: secret === true,
      meaning: description ?? '',
      minimum,
      maximum,
    },
  ];
}

interface Annotations {
  readonly default?: unknown;
  readonly description?: string;
  readonly secret?: boolean;
  readonly otherwise?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

function annotationsOf(schema: Type.TSchema): Annotations {
  return schema;
}
