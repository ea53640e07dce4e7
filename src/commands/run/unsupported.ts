import { dialects } from '../../flow/dialects/table.ts';
import type { DialectName } from '../../flow/dialects/dialect.ts';
import { CodedError } from '../../std/coded-error.ts';
import type { Config } from '../config/schema.ts';

/**
 * Refuses what the configuration knows and this version cannot keep, rather than do something else.
 * @throws CodedError `config/unsupported`
 */
export function assertSupported({ delivery, output, registry }: Config): void {
  const unsupported = [
    delivery.guarantee !== 'at-least-once' && `delivery.guarantee: ${delivery.guarantee}`,
    output.format === 'canonical-avro' && `output.format: ${output.format}`,
    registry.url !== undefined && 'registry.url',
  ].filter((key) => key !== false);
  if (unsupported.length === 0) return;
  const names = unsupported.map((key) => `\`${key}\``).join(', ');
  throw new CodedError('config/unsupported', `this version does not have ${names} yet`);
}

/**
 * `input.format` as a dialect that this version reads.
 * @throws CodedError `config/unsupported`
 */
export function supportedFormat(format: Config['input']['format']): DialectName | 'auto' {
  if (format === 'auto') return format;
  const dialect = dialects.find(({ name }) => name === format);
  if (dialect !== undefined) return dialect.name;
  throw new CodedError(
    'config/unsupported',
    `this version does not read \`input.format: ${format}\` yet`,
  );
}
