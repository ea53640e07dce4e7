import { Ajv } from 'ajv';
import { Type } from 'typebox';
import { didYouMean } from '../did-you-mean.ts';
import type { ConfigProblem, GivenValue, Layer } from './layers.ts';
import { brokenRules } from './rules.ts';
import type { Config } from './schema.ts';
import { configSchema } from './schema.ts';
import { settings } from './settings.ts';
import type { Setting } from './settings.ts';
import { wanted } from './value.ts';

/** The configuration in force, or everything that is wrong with what was given. */
export type Resolved =
  | {
      readonly status: 'valid';
      readonly config: Config;
      /** Every key that has a value, in the order of the schema. */
      readonly values: readonly GivenValue[];
    }
  | { readonly status: 'invalid'; readonly problems: readonly ConfigProblem[] };

/**
 * Lays the layers over the defaults, the first one strongest, and checks the outcome. `isTerminal`:
 * people read the log (contract 3, `log.format`).
 */
export function resolveConfig(layers: readonly Layer[], isTerminal: boolean): Resolved {
  const given = new Map<string, GivenValue>();
  for (const layer of layers.toReversed()) {
    for (const value of layer.values) given.set(value.key, value);
  }
  const values = settings.flatMap((setting) => {
    const value = given.get(setting.key) ?? fallbackOf(setting, given, isTerminal);
    return value === null ? [] : [value];
  });
  const problems = [
    ...layers.toReversed().flatMap((layer) => layer.problems),
    ...values.flatMap((value) => misfits(value)),
  ];
  const config: unknown = nested(values);
  if (problems.length > 0 || !isConfig(config)) return { status: 'invalid', problems };
  const broken = brokenRules(config, values);
  return broken.length > 0
    ? { status: 'invalid', problems: broken }
    : { status: 'valid', config, values };
}

const ajv = new Ajv({ allErrors: true, strict: true }).addVocabulary(['secret', 'otherwise']);
const isConfig = ajv.compile<Config>(configSchema);

function fallbackOf(
  { key, fallback, otherwise }: Setting,
  given: ReadonlyMap<string, GivenValue>,
  isTerminal: boolean,
): GivenValue | null {
  if (key === 'policies.onInvalid' && given.get('policies.mode')?.value === 'calico') {
    return { key, value: 'drop', source: `default, ${otherwise}` };
  }
  if (key === 'log.format' && isTerminal) {
    return { key, value: 'text', source: `default, ${otherwise}` };
  }
  return fallback === undefined ? null : { key, value: fallback, source: 'default' };
}

function misfits({ key, value, source }: GivenValue): ConfigProblem[] {
  const setting = settings.find((candidate) => candidate.key === key);
  if (setting === undefined || ajv.validate(setting.schema, value)) return [];
  const text = JSON.stringify(value);
  // An address with `@` holds credentials, one with a query may hold a token.
  const shown = setting.isSecret || /[@?#]/.test(text) ? 'what was given' : `\`${text}\``;
  const choices = 'enum' in setting.schema ? setting.schema.enum : [];
  const hint =
    typeof value === 'string' && Array.isArray(choices)
      ? didYouMean(value, choices.map(String))
      : '';
  return [{ source, message: `\`${key}\` must be ${wanted(setting)}, not ${shown}${hint}` }];
}

/** Every section stands, even where no key of it has a value. */
function nested(values: readonly GivenValue[]): unknown {
  const valueOf = new Map(values.map(({ key, value }) => [key, value]));
  const build = (schema: Type.TSchema, path: readonly string[]): unknown => {
    if (!Type.IsObject(schema)) return valueOf.get(path.join('.'));
    const members = Object.entries(schema.properties)
      .map(([name, member]) => [name, build(member, [...path, name])] as const)
      .filter(([, member]) => member !== undefined);
    return Object.fromEntries(members);
  };
  return build(configSchema, []);
}
