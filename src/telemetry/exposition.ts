import { setImmediate } from 'node:timers/promises';
import type { Exemplar, MetricFamily } from './metric-family.ts';

export type ExpositionFormat = 'prometheus' | 'openmetrics';

/** What the two text formats call themselves. */
export const contentTypes: Readonly<Record<ExpositionFormat, string>> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/**
 * The page of metrics. It gives the loop a turn between chunks of lines, so that a large page does not
 * hold up batches.
 */
export async function formatPage(
  families: readonly MetricFamily[],
  format: ExpositionFormat,
): Promise<Buffer> {
  const isOpen = format === 'openmetrics';
  const chunks: Buffer[] = [];
  let text = '';
  let lines = 0;
  for (const family of families) {
    text += formatHead(family, format);
    for (const { name = family.name, labels, value, exemplar } of family.samples) {
      const event = isOpen && exemplar !== undefined ? formatExemplar(exemplar) : '';
      text += `${name}${labels} ${formatValue(value)}${event}\n`;
      lines += 1;
      if (lines % linesBetweenTurns !== 0) continue;
      chunks.push(Buffer.from(text));
      text = '';
      await setImmediate();
    }
  }
  if (isOpen) text += '# EOF\n';
  return Buffer.concat([...chunks, Buffer.from(text)]);
}

const linesBetweenTurns = 1_000;

/** OpenMetrics names a counter's family without `_total`. */
function formatHead({ name, type, help }: MetricFamily, format: ExpositionFormat): string {
  const isCounter = format === 'openmetrics' && type === 'counter';
  const family = isCounter ? name.replace(/_total$/, '') : name;
  const text = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return `# HELP ${family} ${text}\n# TYPE ${family} ${type}\n`;
}

function formatExemplar({ labels, value, atSeconds }: Exemplar): string {
  return ` # ${labels} ${formatValue(value)} ${atSeconds.toFixed(3)}`;
}

function formatValue(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}
