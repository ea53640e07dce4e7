import { settingRows } from './setting-rows.ts';

/** What a value must be, in words of JSON Schema. */
export interface ValueSchema {
  readonly type?: 'array' | 'boolean' | 'integer' | 'string';
  readonly enum?: readonly string[];
  readonly items?: ValueSchema;
  readonly minItems?: number;
  readonly uniqueItems?: boolean;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** One key of the configuration with all that the schema says of it. */
export interface Setting {
  /** Dotted path. */
  readonly key: string;
  readonly environmentName: string;
  readonly schema: ValueSchema;
  /** Left out where there is none. */
  readonly fallback?: unknown;
  /** What the default is where something else decides; empty if nothing does. */
  readonly otherwise: string;
  readonly isSecret: boolean;
  readonly meaning: string;
}

/** Every key in the order of the schema. */
export const settings: readonly Setting[] = settingRows;

export const settingsByKey: ReadonlyMap<string, Setting> = new Map(
  settings.map((setting) => [setting.key, setting]),
);
