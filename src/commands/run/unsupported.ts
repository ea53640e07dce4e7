import { CodedError } from '../../std/coded-error.ts';
import type { Config } from '../config/schema.ts';

/**
 * Refuses what the configuration knows and this version cannot keep, rather than do something else.
 * @throws CodedError `config/unsupported`
 */
export function assertSupported({ delivery, output, registry }: Config): void {
  const unsupported = [
    delivery.guarantee !== 'at-least-once' && `delivery.guarantee: ${delivery.guarantee}`,
    output.format === 'canonical-avro' &&
      registry.url !== undefined &&
      'output.format: canonical-avro` with `registry.url',
  ].filter((key) => key !== false);
  if (unsupported.length === 0) return;
  const names = unsupported.map((key) => `\`${key}\``).join(', ');
  throw new CodedError('config/unsupported', `this version does not have ${names} yet`);
}
