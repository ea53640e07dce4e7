import { CodedError } from '../../std/coded-error.ts';
import type { Config } from '../config/schema.ts';

/**
 * Refuses what the configuration knows and this version cannot keep, rather than do something else.
 * @throws CodedError `config/unsupported`
 */
export function assertSupported({ delivery }: Pick<Config, 'delivery'>): void {
  const { guarantee } = delivery;
  if (guarantee === 'at-least-once') return;
  throw new CodedError(
    'config/unsupported',
    `this version does not have \`delivery.guarantee: ${guarantee}\` yet`,
  );
}
