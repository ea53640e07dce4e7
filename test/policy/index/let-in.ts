import type { Candidate, Region } from '../../../src/policy/index/candidate.ts';
import type { Knowledge } from '../../../src/policy/evaluator/facts.ts';
import type { PolicyIndex } from '../../../src/policy/index/policy-index.ts';
import { cluster, connection, document, podOf, summary } from './compiled.ts';

/** A namespace with two pods, `p` and `w`. */
export const shop = cluster('shop', ['p 10.0.0.1 app=p', 'w 10.0.0.2 app=w'], 'env: prod');

/** Lets in to `p` what a rule of this source matches, and nothing else. */
export function letIn(source: string): string {
  return document(
    'GlobalNetworkPolicy g',
    `{ types: [Ingress], selector: "app == 'p'", ingress: [{ action: Allow, source: { ${source} } }] }`,
  );
}

export function pool(cidr: string): string {
  return document('IPPool pool', `{ cidr: ${cidr} }`);
}

/** Whether the rule of `letIn` matches the end: yes, no, or the gaps that leave it open. */
export function isLetIn(
  index: PolicyIndex,
  source: Candidate,
  knowledge: Knowledge = 'strict',
): string {
  const between = connection(source, podOf(index, 'shop', 'p'));
  const evaluation = index.evaluate(between, 'enforced', knowledge);
  if (evaluation.status === 'uncertain') return `open ${evaluation.gaps}`;
  return summary(evaluation).startsWith('allow') ? 'yes' : 'no';
}

/** The different answers of the ends in a region. */
export function regionIsLetIn(
  index: PolicyIndex,
  region: Region,
  flowMs: number | null = null,
): string[] {
  const answers = index.ofRegion(region, flowMs).map((end) => isLetIn(index, end));
  return [...new Set(answers)].toSorted((a, b) => (a < b ? -1 : 1));
}
