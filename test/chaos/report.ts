import { quantile, type Report } from './try-row.ts';

/** A report as one line, for the log of a run. */
export function reportLine(report: Report): string {
  const { row, guarantee, seed, faults, uncounted, records, counts } = report;
  const { lost, duplicated, reordered } = counts;
  const beside = uncounted > 0 ? ` (and ${uncounted} that do not count)` : '';
  return [
    `${row}, ${guarantee}, seed ${seed}: ${faults} faults${beside}, ${records} records`,
    `${lost} lost, ${duplicated} duplicated, ${reordered} reordered`,
    recoveryText(report),
    ...report.notes,
    `${Math.round(report.seconds)} s in all`,
    report.problems.length === 0
      ? 'as it must be'
      : `NOT AS IT MUST BE: ${report.problems.join('; ')}`,
  ].join('; ');
}

/** Until all that was there at a fault was answered. */
function recoveryText({ recoveriesMs }: Report): string {
  const [p50, p95, max] = [0.5, 0.95, 1].map((share) => quantile(recoveriesMs, share) / 1000);
  return `recovered in ${seconds(p50)} (p50), ${seconds(p95)} (p95), ${seconds(max)} (most)`;
}

function seconds(value = 0): string {
  return `${value.toFixed(1)} s`;
}

export interface PageParts {
  readonly facts: readonly string[];
  /** Mutations that the checker caught. */
  readonly caught: readonly string[];
  readonly reports: readonly Report[];
}

/** All of a run as Markdown, to be kept. */
export function reportPage({ facts, caught, reports }: PageParts): string {
  const rows = reports.map((report) => {
    const { row, guarantee, seed, faults, uncounted, records, counts } = report;
    const { lost, duplicated, reordered, altered, misjudged } = counts;
    const found = [lost, duplicated, reordered, altered, misjudged].join(' | ');
    const times = [0.5, 0.95].map((share) => seconds(quantile(report.recoveriesMs, share) / 1000));
    const verdict = report.problems.length === 0 ? 'yes' : 'NO';
    return `| ${row} | ${guarantee} | ${seed} | ${faults} (+${uncounted}) | ${records} | ${found} | ${times.join(' / ')} | ${boundText(faults)} | ${verdict} |`;
  });
  return [
    ...facts.map((fact) => `- ${fact}`),
    `- the checker caught, before anything else: ${caught.join(', ')}`,
    '',
    '| faults | guarantee | seed | counted (and not) | records | lost | duplicated | reordered | altered | misjudged | recovery p50 / p95 | risk of a violation per fault, 95 % | held |',
    '|---|---|---|---|---|---|---|---|---|---|---|---|---|',
    ...rows,
    '',
    ...reports.flatMap(({ problems }) => problems.map((problem) => `- ${problem}`)),
  ].join('\n');
}

/** Rule of three: no violation in n trials bounds the risk of each at 3/n, with 95 % confidence. */
function boundText(faults: number): string {
  return faults < 3 ? '-' : `${(300 / faults).toFixed(1)} %`;
}
