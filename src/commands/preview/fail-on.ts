import type { Preview } from '../../report/schema.ts';
import { CodedError } from '../../std/coded-error.ts';
import { didYouMean } from '../did-you-mean.ts';

/** What makes a preview end with exit code 1: more than `max` flows of a kind. */
export interface FailOn {
  readonly kind: Kind;
  readonly max: number;
}

const kinds = {
  'newly-denied': 'newlyDenied',
  'newly-allowed': 'newlyAllowed',
  uncertain: 'uncertain',
} as const satisfies Record<string, keyof Preview['caused']>;

type Kind = keyof typeof kinds;

/**
 * Reads `newly-denied`, `uncertain>10`.
 * @throws CodedError `usage/arguments`
 */
export function parseFailOn(texts: readonly string[]): readonly FailOn[] {
  return texts.map((text) => {
    const [, kind = '', max = '0'] = /^([a-z-]+)(?:>(\d{1,15}))?$/.exec(text) ?? [];
    if (isKind(kind)) return { kind, max: Number(max) };
    const names = Object.keys(kinds);
    const choices = names.map((name) => `\`${name}\``).join(', ');
    const typed = text.replace(/>.*/, '');
    const hint = isKind(typed) ? '' : didYouMean(typed, names);
    throw new CodedError(
      'usage/arguments',
      `\`--fail-on ${text}\` must be one of ${choices}, with \`>N\` for more than N${hint}`,
    );
  });
}

/** Which of them hold, a clause each. */
export function findingsIn({ caused }: Pick<Preview, 'caused'>, failOn: readonly FailOn[]) {
  return failOn.flatMap(({ kind, max }) => {
    const flows = caused[kinds[kind]];
    return flows > max ? [`${flows} flows ${kind.replace('-', ' ')}, more than ${max}`] : [];
  });
}

function isKind(text: string): text is Kind {
  return Object.hasOwn(kinds, text);
}
