import { failpointVariable } from '../../kafka/failpoints.ts';
import { readDocuments } from '../../policy/resources/documents.ts';
import type { Position } from '../../policy/resources/model.ts';
import { didYouMean } from '../did-you-mean.ts';
import { settings, settingsByKey } from './settings.ts';
import { valueOf } from './value.ts';

/** One value with where it was given. */
export interface GivenValue {
  readonly key: string;
  readonly value: unknown;
  /** For people: `rehearsal.yaml:3:5`, `REHEARSAL_KAFKA_BROKERS`, `--policies`. */
  readonly source: string;
}

/** Something wrong with the configuration: where it was given, and what. */
export interface ConfigProblem {
  readonly source: string;
  readonly message: string;
}

/** What one place says. */
export interface Layer {
  readonly values: readonly GivenValue[];
  readonly problems: readonly ConfigProblem[];
}

/** One flag of the command line that sets a key. */
export interface FlagValue {
  readonly key: string;
  readonly text: string;
  readonly flag: string;
  /** The text is one item of a list, commas and all. */
  readonly isItem?: boolean;
}

/** The configuration file, YAML or JSON; `name` is how the user called it. */
export function fileLayer(text: string, name: string): Layer {
  const { documents, problems } = readDocuments(text, name);
  const values: GivenValue[] = [];
  const found: ConfigProblem[] = problems.map(({ position, message, hint }) => ({
    source: placeOf(position),
    message: hint === '' ? message : `${message}; ${hint}`,
  }));
  const [document, second] = documents;
  if (second !== undefined) {
    found.push({ source: placeOf(second.locate([])), message: 'one document is enough' });
  }
  const visit = (value: unknown, path: readonly string[]): void => {
    const key = path.join('.');
    const source = placeOf(document?.locate(path) ?? { file: name, line: 1, column: 1 });
    const setting = settingsByKey.get(key);
    if (setting?.isSecret === true) found.push({ source, message: secretMisplaced(key) });
    else if (setting !== undefined) values.push({ key, value, source });
    else if (!isSection(key)) found.push({ source, message: unknownKey(key) });
    else if (isMapping(value)) {
      for (const [member, inner] of Object.entries(value)) visit(inner, [...path, member]);
    } else if (value !== null) found.push({ source, message: mustBeSection(key) });
  };
  visit(document?.value ?? null, []);
  return { values, problems: found };
}

/** Variables that begin with `REHEARSAL_`; lists are comma-separated. */
export function environmentLayer(environment: Readonly<Record<string, string | undefined>>): Layer {
  const byName = new Map(settings.map((setting) => [setting.environmentName, setting]));
  const values: GivenValue[] = [];
  const problems: ConfigProblem[] = [];
  for (const [name, text] of Object.entries(environment)) {
    if (!name.startsWith('REHEARSAL_') || name === failpointVariable) continue;
    if (text === undefined) continue;
    if (isServiceLink(name, text, byName.has(name))) continue;
    const setting = byName.get(name);
    if (setting === undefined) {
      const hint = didYouMean(name, byName.keys());
      problems.push({ source: name, message: `no key has this name${hint}` });
    } else values.push({ key: setting.key, value: valueOf(setting, text), source: name });
  }
  return { values, problems };
}

/** Flags of the command line; a list adds up. */
export function flagLayer(flags: readonly FlagValue[]): Layer {
  const values = new Map<string, GivenValue>();
  const problems: ConfigProblem[] = [];
  for (const { key, text, flag, isItem } of flags) {
    const setting = settingsByKey.get(key);
    if (setting === undefined) problems.push({ source: flag, message: unknownKey(key) });
    else if (setting.isSecret) problems.push({ source: flag, message: secretMisplaced(key) });
    else {
      const value = isItem === true ? [text] : valueOf(setting, text);
      const before = values.get(key)?.value;
      const isMore = Array.isArray(before) && Array.isArray(value);
      values.set(key, { key, value: isMore ? [...before, ...value] : value, source: flag });
    }
  }
  return { values: [...values.values()], problems };
}

/**
 * Kubernetes sets `REHEARSAL_PORT`, `REHEARSAL_SERVICE_HOST` and the like in every pod beside a
 * Service called `rehearsal`; those are none of ours.
 */
function isServiceLink(name: string, text: string, isKey: boolean): boolean {
  if (isKey) return name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(text);
  return /_(SERVICE_(HOST|PORT(_\w+)?)|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$/.test(
    name,
  );
}

function unknownKey(key: string): string {
  return `unknown key \`${key}\`${didYouMean(key, settingsByKey.keys())}`;
}

function secretMisplaced(key: string): string {
  const { environmentName } = settingsByKey.get(key) ?? { environmentName: '' };
  return `\`${key}\` is a secret: give it by \`${key}File\` or by \`${environmentName}\``;
}

function mustBeSection(key: string): string {
  return key === '' ? 'a configuration is a mapping' : `\`${key}\` must hold the keys below it`;
}

function placeOf({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`;
}

function isSection(key: string): boolean {
  return key === '' || settings.some((setting) => setting.key.startsWith(`${key}.`));
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
