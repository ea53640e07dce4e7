import { didYouMean } from '../did-you-mean.ts';
import { fits } from './fits.ts';
import type { ConfigProblem, GivenValue, Layer } from './layers.ts';
import { brokenRules } from './rules.ts';
import type { Config } from './schema.ts';
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
  if (problems.length > 0) return { status: 'invalid', problems };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every value fits its setting
  const config = nested(values) as unknown as Config;
  const broken = brokenRules(config, values);
  return broken.length > 0
    ? { status: 'invalid', problems: broken }
    : { status: 'valid', config, values };
}

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
  if (setting === undefined || fits(setting.schema, value)) return [];
  const text = JSON.stringify(value);
  // An address with `@` holds credentials, one with a query may hold a token.
  const shown = setting.isSecret || /[@?#]/.test(text) ? 'what was given' : `\`${text}\``;
  const hint = typeof value === 'string' ? didYouMean(value, setting.schema.enum ?? []) : '';
  return [{ source, message: `\`${key}\` must be ${wanted(setting)}, not ${shown}${hint}` }];
}

interface Section {
  [name: string]: unknown;
}

/** Every section stands, even where no key of it has a value. */
function nested(values: readonly GivenValue[]): Section {
  const valueOf = new Map(values.map(({ key, value }) => [key, value]));
  const root: Section = {};
  const sections = new Map([['', root]]);
  for (const { key } of settings) {
    const path = key.split('.');
    const section = sectionAt(path.slice(0, -1), sections);
    const value = valueOf.get(key);
    if (value !== undefined) section[path.at(-1) ?? ''] = value;
  }
  return root;
}

/** Made with all above it where it does not stand yet. */
function sectionAt(path: readonly string[], sections: Map<string, Section>): Section {
  const known = sections.get(path.join('.'));
  if (known !== undefined) return known;
  const section: Section = {};
  sectionAt(path.slice(0, -1), sections)[path.at(-1) ?? ''] = section;
  sections.set(path.join('.'), section);
  return section;
}
