import { setImmediate } from 'node:timers/promises';
import type { MetricFamily, Sample } from './metrics.ts';

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
): Promise<string> {
  const parts: string[] = [];
  let lines = 0;
  for (const family of families) {
    parts.push(formatHead(family, format));
    for (const sample of family.samples) {
      parts.push(
        `${sample.name ?? family.name}${labelsText(sample)} ${formatValue(sample.value)}\n`,
      );
      lines += 1;
      if (lines % linesBetweenTurns === 0) await setImmediate();
    }
  }
  if (format === 'openmetrics') parts.push('# EOF\n');
  return parts.join('');
}

const linesBetweenTurns = 2_000;

/** OpenMetrics names a counter's family without `_total`. */
function formatHead({ name, type, help }: MetricFamily, format: ExpositionFormat): string {
  const isCounter = format === 'openmetrics' && type === 'counter';
  const family = isCounter ? name.replace(/_total$/, '') : name;
  const text = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return `# HELP ${family} ${text}\n# TYPE ${family} ${type}\n`;
}

const keptLabels = new WeakMap<Sample['labels'], string>();

function labelsText({ labels }: Sample): string {
  const kept = keptLabels.get(labels);
  if (kept !== undefined) return kept;
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(String(value))}"`);
  const text = pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
  keptLabels.set(labels, text);
  return text;
}

function escape(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function formatValue(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}
