import { escapeTexts } from './escapes.ts';
import type { FormatOptions } from './formats.ts';
import { grouped, some } from './names.ts';
import type { GroupPreview, PolicyPreview, Preview, RestPreview } from './schema.ts';
import { flipWords, inputTexts, letInTexts, reasonTexts, restText } from './notes.ts';
import { seenText } from './spans.ts';
import { attributionText, portText, scopeOf, standingText, volumeText } from './words.ts';

/** A preview for a terminal. Nothing that came out of a record can drive it. */
export function tableOf(given: Preview, { width, isColoured }: FormatOptions): string {
  const preview = escapeTexts(given);
  const paint = isColoured ? painted : plain;
  const columns = Math.max(60, width);
  const lines = [
    scopeOf(preview),
    '',
    ...summary(preview.policies, columns, paint),
    ...preview.policies.flatMap((policy) => details(policy, columns, paint)),
    ...comparison(preview, columns),
    '',
    ...inputTexts(preview).map((text) => `note: ${text}`),
    '',
    preview.closing,
  ];
  return `${lines.flatMap((line) => wrapped(line, columns)).join('\n')}\n`;
}

type Paint = (text: string, standing: PolicyPreview['standing']) => string;

const plain: Paint = (text) => text;

const colours: Readonly<Record<PolicyPreview['standing'], number>> = {
  breaks: 31,
  undecided: 33,
  hosts: 33,
  'no-evidence': 33,
  'not-judged': 33,
  ignored: 2,
  safe: 32,
};
const painted: Paint = (text, standing) => `\u001B[${colours[standing]}m${text}\u001B[0m`;

const headings = ['flows', 'cut alone', 'together', 'let in', 'unsure'] as const;

function summary(policies: readonly PolicyPreview[], columns: number, paint: Paint): string[] {
  if (policies.length === 0) return [];
  const rows = policies.map((policy) => ({ policy, cells: cellsOf(policy) }));
  const widths = headings.map((heading, i) =>
    Math.max(heading.length, ...rows.map(({ cells }) => cells[i]?.length ?? 0)),
  );
  const standingWidth = Math.max(...policies.map((policy) => standingText(policy).length));
  const room = columns - widths.reduce((sum, one) => sum + one + 2, 0) - standingWidth - 2;
  const longest = Math.max(6, ...policies.map(({ name }) => name.length));
  const nameWidth = Math.max(16, Math.min(room, longest));
  const line = (name: string, cells: readonly string[], end: string): string =>
    [shortened(name, nameWidth).padEnd(nameWidth), ...aligned(cells, widths), end].join('  ');
  return [
    line('policy', headings, 'next').trimEnd(),
    ...rows.map(({ policy, cells }) =>
      line(policy.name, cells, paint(standingText(policy), policy.standing)),
    ),
  ];
}

function cellsOf({ flows, newlyDenied, newlyAllowed }: PolicyPreview): string[] {
  const numbers = [
    flows.judged,
    newlyDenied.alone,
    newlyDenied.together,
    newlyAllowed.flows,
    flows.assumed + flows.uncertain,
  ];
  return numbers.map(grouped);
}

function aligned(cells: readonly string[], widths: readonly number[]): string[] {
  return cells.map((cell, i) => cell.padStart(widths[i] ?? 0));
}

/** How many groups of a policy a terminal is given. */
const GROUPS_SHOWN = 5;

function details(policy: PolicyPreview, columns: number, paint: Paint): string[] {
  const { name, why, standing, groups, rest } = policy;
  const hidden = groups.length - GROUPS_SHOWN;
  return [
    '',
    `${name} ${paint(standingText(policy), standing)}`,
    `  ${why}`,
    `  ${[seenText(policy), ...letInTexts(policy)].join('; ')}`,
    ...groups.slice(0, GROUPS_SHOWN).flatMap((group) => groupLines(group, columns)),
    ...(hidden > 0 ? [`  ${some(hidden, 'more group')}: \`--format html\` lists them`] : []),
    ...restLines(rest),
    ...reasonTexts(policy).map((text) => `  unsure: ${text}`),
    ...(policy.openSample === null ? [] : [`  unsure: for example ${policy.openSample}`]),
  ];
}

function groupLines(group: GroupPreview, columns: number): string[] {
  const { source, destination, direction, rule, sample } = group;
  const what = `  ${flipWords[group.flip]} ${source} → ${destination} ${portText(group)}, ${direction}`;
  return [
    shortened(what, columns),
    `      ${volumeText(group)}, ${attributionText(group)}; see ${sample}`,
    `      by ${rule}`,
  ];
}

function restLines(rest: readonly RestPreview[]): string[] {
  return rest.map((one) => `  ${restText(one)}`);
}

function comparison({ against }: Preview, columns: number): string[] {
  if (against === null) return [];
  const { path, newlyDenied, newlyAllowed, open, same, groups, rest } = against;
  return [
    '',
    `against ${path}, with everything staged enforced on both sides:`,
    `  cut ${volumeText(newlyDenied)}; let in ${volumeText(newlyAllowed)}`,
    `  ${some(open, 'flow')} open on either side, ${grouped(same)} the same`,
    ...groups.slice(0, GROUPS_SHOWN).flatMap((group) => groupLines(group, columns)),
    ...restLines(rest),
  ];
}

function shortened(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

/** Long lines go on under their own beginning; those with colours are short, and their own. */
function wrapped(line: string, columns: number): string[] {
  if (line.length <= columns || line.includes('\u001B[')) return [line];
  const indent = /^ */.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let left = line;
  while (left.length > columns) {
    const cut = left.lastIndexOf(' ', columns);
    const at = cut <= indent.length ? columns : cut;
    lines.push(left.slice(0, at).trimEnd());
    left = `${indent}${left.slice(at).trimStart()}`;
  }
  return [...lines, left];
}
