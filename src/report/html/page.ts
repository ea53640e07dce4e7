import { createHash } from 'node:crypto';
import { escapeHtml } from '../escapes.ts';
import type { FormatOptions } from '../formats.ts';
import { bytesText, some } from '../names.ts';
import type { GroupPreview, PolicyPreview, Preview } from '../schema.ts';
import { flipWords, inputTexts, reasonTexts, restText } from '../notes.ts';
import { seenText } from '../spans.ts';
import { attributionText, portText, scopeOf, standingText } from '../words.ts';
import { list, sentence, table, type Cell, type Column } from './elements.ts';
import { script } from './script.ts';
import { style } from './style.ts';

/** A preview as one file that asks nobody for anything: no request leaves it, no script but ours runs. */
export function htmlOf(preview: Preview, options: FormatOptions): string {
  const { policies, against } = preview;
  const body = [
    '<h1>What the staged policies would change</h1>',
    `<p class="soft">${escapeHtml(scopeOf(preview))}; made ${escapeHtml(preview.at)} by ${escapeHtml(preview.evaluator)}</p>`,
    `<p class="closing">${sentence(preview.closing)}</p>`,
    '<p><input id="filter" type="search" placeholder="Filter: a policy, a workload, a port" aria-label="Filter"></p>',
    policyTable(policies),
    ...policies.map((policy, place) => policySection(policy, `policy-${place}`, options)),
    ...(against === null ? [] : [comparison(against)]),
    '<h2>Input</h2>',
    list([`read: ${preview.sources.join(', ')}`, ...inputTexts(preview)]),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Preview of staged policies</title>
<style>${style}</style>
</head>
<body>
<main>
${body.join('\n')}
</main>
<script>${script}</script>
</body>
</html>
`;
}

function policyOf(): string {
  return [
    "default-src 'none'",
    `style-src ${hashed(style)}`,
    `script-src ${hashed(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function hashed(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

const policyColumns: readonly Column[] = [
  { heading: 'Policy' },
  { heading: 'Next' },
  { heading: 'Flows', isNumber: true },
  { heading: 'Cut alone', isNumber: true },
  { heading: 'Cut together', isNumber: true },
  { heading: 'Let in alone', isNumber: true },
  { heading: 'Let in together', isNumber: true },
  { heading: 'Assumed', isNumber: true },
  { heading: 'Uncertain', isNumber: true },
];

function policyTable(policies: readonly PolicyPreview[]): string {
  return table(
    'policies',
    policyColumns,
    policies.map((policy, place): Cell[] => {
      const { name, flows, newlyDenied, newlyAllowed } = policy;
      return [
        { html: `<a href="#policy-${place}">${escapeHtml(name)}</a>` },
        { html: tag(policy) },
        flows.judged,
        newlyDenied.alone,
        newlyDenied.together,
        newlyAllowed.alone,
        newlyAllowed.together,
        flows.assumed,
        flows.uncertain,
      ];
    }),
  );
}

function tag({ standing }: PolicyPreview): string {
  return `<span class="tag ${standing}">${escapeHtml(standingText({ standing }))}</span>`;
}

function policySection(policy: PolicyPreview, id: string, { policies }: FormatOptions): string {
  const { name, why, tier, stagedAction, replaces, groups, rest } = policy;
  const facts = [
    `tier ${tier}`,
    `action ${stagedAction}`,
    ...(replaces === null ? [] : [`in place of ${replaces}`]),
    seenText(policy),
  ];
  const open = policy.openSample === null ? [] : [`for example ${policy.openSample}`];
  const unsure = [...reasonTexts(policy), ...open];
  return [
    `<section id="${id}">`,
    `<h2>${escapeHtml(name)} ${tag(policy)}</h2>`,
    `<p>${sentence(capital(why))}.</p>`,
    `<p class="soft">${escapeHtml(facts.join(', '))}</p>`,
    groups.length === 0 ? '' : groupTable(groups),
    list(rest.map(restText)),
    unsure.length === 0 ? '' : `<p>Unsure:</p>${list(unsure)}`,
    explanation(policy, policies),
    promotion(policy, policies),
    '</section>',
  ].join('\n');
}

/** How to be told more of a record; of what came by stdin nothing is left to be looked at. */
function explanation({ groups, openSample }: PolicyPreview, policies: readonly string[]): string {
  const sample = groups[0]?.sample ?? openSample;
  if (sample === null || sample.startsWith('-:')) return '';
  return command('Why, tier by tier', `rehearsal explain ${quoted(sample)} ${pathsOf(policies)}`);
}

function promotion({ name, standing }: PolicyPreview, policies: readonly string[]): string {
  const title =
    standing === 'safe'
      ? 'Enforce it'
      : 'Enforce it all the same: nothing here says that it is safe';
  return command(title, `rehearsal promote ${name} ${pathsOf(policies)} | kubectl apply -f -`);
}

function command(title: string, line: string): string {
  return `<details><summary>${title}</summary><pre><code>${escapeHtml(line)}</code></pre></details>`;
}

function pathsOf(policies: readonly string[]): string {
  return policies.map((path) => `--policies ${quoted(path)}`).join(' ');
}

/** For a shell. */
function quoted(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

const groupColumns: readonly Column[] = [
  { heading: 'Becomes' },
  { heading: 'From' },
  { heading: 'To' },
  { heading: 'Port' },
  { heading: 'Connections', isNumber: true },
  { heading: 'Flows', isNumber: true },
  { heading: 'Bytes', isNumber: true },
  { heading: 'By' },
  { heading: 'Record' },
];

function groupTable(groups: readonly GroupPreview[]): string {
  return table(
    '',
    groupColumns,
    groups.map((group): Cell[] => {
      const { flip, source, destination, direction, connections, flows, bytes } = group;
      return [
        { html: `<span class="${flip}">${flipWords[flip]}</span>` },
        source,
        destination,
        { html: twoLines(portText(group), direction) },
        connections,
        flows,
        { html: escapeHtml(bytesText(bytes)), value: bytes },
        { html: twoLines(group.rule, attributionText(group)) },
        { html: `<code>${escapeHtml(group.sample)}</code>` },
      ];
    }),
  );
}

function twoLines(text: string, soft: string): string {
  return `${escapeHtml(text)}<br><span class="soft">${escapeHtml(soft)}</span>`;
}

function comparison(against: NonNullable<Preview['against']>): string {
  const { path, newlyDenied, newlyAllowed, open, same, groups, rest } = against;
  const words = [
    `cut ${some(newlyDenied.flows, 'flow')}`,
    `let in ${some(newlyAllowed.flows, 'flow')}`,
    `${some(open, 'flow')} open on either side`,
    `${some(same, 'flow')} the same`,
  ];
  return [
    '<section id="against">',
    `<h2>Against ${escapeHtml(path)}</h2>`,
    `<p>With everything staged enforced on both sides: ${words.join(', ')}.</p>`,
    groups.length === 0 ? '' : groupTable(groups),
    list(rest.map(restText)),
    '</section>',
  ].join('\n');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
