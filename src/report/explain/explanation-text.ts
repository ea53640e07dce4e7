import type { FlowEvaluation } from '../../flow/evaluation.ts';
import { changeWords } from '../../flow/encode-evaluation.ts';
import { END_OF_TIER, type PolicyHit } from '../../policy/hit.ts';
import { formatPolicyText } from '../../policy/policy-text.ts';
import { escapeControls } from '../escapes.ts';
import type { ConnectionWalk, ExplainedEnd, Explanation } from './explanation.ts';
import { inColumns, type Row } from './side-by-side.ts';
import { walkRows } from './walk-rows.ts';

/** An explanation for people, as lines that end in a line feed. */
export function formatExplanation(explanation: Explanation): string {
  const { walks, untold, doubts, elsewhere } = explanation;
  const blocks = [
    headLines(explanation),
    inColumns([...answerRows(explanation), ...ruled(walks)]),
    untold > 0 ? [`and ${untold} more connections that the record may stand for`] : [],
    elsewhereLines(elsewhere),
    doubts.flatMap(({ reason, isAssumption, means, remedy }) => [
      `${isAssumption ? 'assumed' : 'open'}: ${reason}, ${means}`,
      `  to settle it: ${remedy}`,
    ]),
  ];
  const text = blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map(lineOf).join(''));
  return text.join('\n');
}

function lineOf(text: string): string {
  return `${escapeControls(text).trimEnd()}\n`;
}

function elsewhereLines(policies: Explanation['elsewhere']): readonly string[] {
  if (policies.length === 0) return [];
  const lines = policies.map(({ policy, why }) => `  ${policy}: ${why}`);
  return ['staged policies that have no part in it', ...lines];
}

function headLines({ flow, evaluation }: Explanation): readonly string[] {
  const { source, destination, service, local } = flow;
  const { direction } = evaluation;
  const where =
    direction === null || local === null
      ? 'which end reported it the record does not say'
      : `${direction}, so the policies of the ${local} are asked`;
  return [
    `${source.name} → ${destination.name} ${service}`,
    `  ${where}`,
    `  source       ${endLine(source)}`,
    `  destination  ${endLine(destination)}`,
  ];
}

function endLine({ labels, addresses }: ExplainedEnd): string {
  const texts = [addresses, labels === null ? 'labels unknown' : labels.join(' ')];
  const known = texts.filter((text) => text !== '');
  return known.length === 0 ? 'no labels' : known.join(', ');
}

function answerRows({ evaluation, flow }: Explanation): readonly Row[] {
  const { enforcedVerdict, verdict, decidedBy } = evaluation;
  if (verdict === 'not-evaluated') {
    return [{ left: 'not evaluated', cells: null }];
  }
  const rows: Row[] = [
    { left: '', cells: ['enforced', 'pending'] },
    { left: 'verdict', cells: [enforcedVerdict ?? 'uncertain', verdict] },
  ];
  const lines = [
    ...(decidedBy === null ? [] : [`decided by ${hitWords(decidedBy)}`]),
    ...changeLines(evaluation),
    ...(flow.action !== null && flow.action !== enforcedVerdict
      ? [`the record says that it was ${flow.action === 'allow' ? 'allowed' : 'denied'}`]
      : []),
  ];
  return [...rows, ...lines.map((left) => ({ left, cells: null })), { left: '', cells: null }];
}

function changeLines({ change, flipCause, flippedBy }: FlowEvaluation): readonly string[] {
  const alone = flippedBy.map(({ policy }) => formatPolicyText(policy)).join(', ');
  const isDrift = flipCause === 'drift' || flipCause === 'both';
  return [
    `change: ${changeWords[change]}`,
    ...(alone === '' ? [] : [`each of these alone would flip it: ${alone}`]),
    ...(isDrift ? ['the record does not agree with the enforced policies that are loaded'] : []),
  ];
}

/** `rule 2 of np:shop/web`, `the end of tier default, after snp:shop/web`. */
function hitWords({ policy, ruleIndex }: PolicyHit): string {
  const name = formatPolicyText(policy);
  return ruleIndex === END_OF_TIER
    ? `the end of tier ${policy.tier}, no rule matched: ${name} was the first to select the endpoint`
    : `rule ${ruleIndex} of ${name}`;
}

function ruled(walks: readonly ConnectionWalk[]): readonly Row[] {
  return walks.flatMap((walk, place) => {
    const rows = walkRows(walk);
    if (walks.length === 1) return rows;
    const { connections, family, verdict } = walk;
    const over = family === 0 ? '' : ` over IPv${family}`;
    const left = `${connections} ${connections === 1 ? 'connection' : 'connections'}${over} it may stand for`;
    const gap = place === 0 ? [] : [{ left: '', cells: null }];
    return [...gap, { left, cells: [verdict.enforced, verdict.pending] }, ...rows];
  });
}
