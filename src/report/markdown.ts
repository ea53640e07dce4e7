import { escapeMarkdown as escaped } from './escapes.ts';
import { bytesText, grouped, some } from './names.ts';
import type { GroupPreview, PolicyPreview, Preview, RestPreview } from './schema.ts';
import { flipWords, inputTexts, reasonTexts, restText } from './notes.ts';
import { seenText } from './spans.ts';
import { attributionText, portText, scopeOf, standingText } from './words.ts';

/** What GitHub takes as one comment. */
const COMMENT_MAX = 65_536;

/** Policies of the table at the top; the others come after what is told of each. */
const SUMMARY_MAX = 50;

/** Room for the words about what was left out. */
const TAIL_MAX = 300;

/** A preview as a comment on a pull request: the most important first, cut at what GitHub takes. */
export function markdownOf(preview: Preview): string {
  const blocks = [
    ['### What the staged policies would change', '', sentence(preview.closing), ''],
    [escaped(`${scopeOf(preview)}.`), ''],
    ...summary(preview.policies.slice(0, SUMMARY_MAX)),
    ...preview.policies.flatMap((policy) => section(policy)),
    ...folded('The other policies', summary(preview.policies.slice(SUMMARY_MAX))),
    ...comparison(preview),
    ...folded(
      'Input',
      inputTexts(preview).map((text) => [`- ${escaped(text)}`]),
    ),
  ];
  return fitting(blocks);
}

/** Lines that stand or fall together. A `<details>` is opened by a block of its own, and closed by one. */
type Block = readonly string[];

const OPENING = '<details>';
const CLOSING = '</details>';

/** As many blocks as there is room for; what is opened is closed. */
function fitting(blocks: readonly Block[]): string {
  const kept: string[] = [];
  let size = 0;
  let isOpen = false;
  for (const [place, block] of blocks.entries()) {
    const text = `${block.join('\n')}\n`;
    if (size + Buffer.byteLength(text) > COMMENT_MAX - TAIL_MAX) {
      const left = blocks.length - place;
      const close = isOpen ? `\n${CLOSING}\n` : '';
      return `${kept.join('')}${close}\nCut here: ${some(left, 'more block')} would not fit into a comment. \`--format html\` has everything.\n`;
    }
    if (block.some((line) => line.startsWith(OPENING))) isOpen = true;
    if (block.includes(CLOSING)) isOpen = false;
    kept.push(text);
    size += Buffer.byteLength(text);
  }
  return kept.join('');
}

function folded(title: string, blocks: readonly Block[]): Block[] {
  if (blocks.length === 0) return [];
  return [[`${OPENING}<summary>${title}</summary>`, ''], ...blocks, ['', CLOSING, '']];
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Headings stand with the first of the rows. */
function table(headings: readonly string[], [first = '', ...others]: readonly string[]): Block[] {
  return [[...headings, first], ...others.map((one) => [one]), ['']];
}

function summary(policies: readonly PolicyPreview[]): Block[] {
  if (policies.length === 0) return [];
  const heading = [
    'policy',
    'next',
    'flows',
    'cut alone',
    'cut together',
    'let in alone',
    'let in together',
    'unsure',
    'seen',
  ];
  const rows = policies.map((policy) => row(summaryCells(policy)));
  return table([row(heading), '|---|---|--:|--:|--:|--:|--:|--:|---|'], rows);
}

function summaryCells(policy: PolicyPreview): string[] {
  const { name, flows, newlyDenied, newlyAllowed } = policy;
  const unsure = flows.assumed + flows.uncertain;
  return [
    escaped(name),
    `${marks[policy.standing]} ${standingText(policy)}`,
    ...[flows.judged, newlyDenied.alone, newlyDenied.together].map(grouped),
    ...[newlyAllowed.alone, newlyAllowed.together, unsure].map(grouped),
    escaped(seenText(policy).replace(/^seen /, '')),
  ];
}

const marks: Readonly<Record<PolicyPreview['standing'], string>> = {
  breaks: '🔴',
  undecided: '🟡',
  hosts: '🟡',
  'no-evidence': '⚪',
  'not-judged': '⚪',
  ignored: '⚪',
  safe: '🟢',
};

function section(policy: PolicyPreview): Block[] {
  const { groups, rest, why, openSample } = policy;
  const open = openSample === null ? [] : [[`- unsure: for example ${escaped(openSample)}`]];
  const notes = [
    ...rest.map((one) => [`- ${restText(one)}`]),
    ...reasonTexts(policy).map((text) => [`- unsure: ${escaped(text)}`]),
    ...open,
  ];
  if (groups.length === 0 && notes.length === 0) return [];
  const title = `${escaped(policy.name)}: ${sentence(why)}`;
  return folded(title, [...groupTable(groups), ...notes]);
}

function groupTable(groups: readonly GroupPreview[]): Block[] {
  if (groups.length === 0) return [];
  const heading = [
    '',
    'from',
    'to',
    'port',
    'direction',
    'connections',
    'flows',
    'bytes',
    '',
    'by',
    'record',
  ];
  const rows = groups.map((group) => row(groupCells(group)));
  return table([row(heading), '|---|---|---|---|---|--:|--:|--:|---|---|---|'], rows);
}

function groupCells(group: GroupPreview): string[] {
  const { flip, source, destination, direction, connections, flows, bytes, rule, sample } = group;
  return [
    flipWords[flip],
    ...[source, destination, portText(group), direction].map(escaped),
    ...[connections, flows].map(grouped),
    bytesText(bytes),
    ...[attributionText(group), rule, sample].map(escaped),
  ];
}

function comparison({ against }: Preview): Block[] {
  if (against === null) return [];
  const { path, newlyDenied, newlyAllowed, open, same, groups, rest } = against;
  const words = [
    `cut ${some(newlyDenied.flows, 'flow')}`,
    `let in ${some(newlyAllowed.flows, 'flow')}`,
    `${grouped(open)} open on either side, ${grouped(same)} the same`,
  ];
  return [
    [
      `Against ${escaped(path)}, with everything staged enforced on both sides: ${words.join(', ')}.`,
      '',
    ],
    ...folded('What differs', [...groupTable(groups), ...restBlocks(rest)]),
  ];
}

function restBlocks(rest: readonly RestPreview[]): Block[] {
  return rest.map((one) => [`- ${restText(one)}`]);
}

/** Our own sentences put names between backticks. */
function sentence(text: string): string {
  return text
    .split('`')
    .map((part, i) => (i % 2 === 0 ? escaped(part) : `<code>${escaped(part)}</code>`))
    .join('');
}
