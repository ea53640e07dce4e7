import type { Fields } from './fields.ts';
import { labelKeyFlaw, labelValueFlaw } from './labels.ts';
import { shown } from './shown.ts';

/** Text of the pods that a Kubernetes label selector means; null selects all of them (semantics 2.5). */
export function podSelectorText(selector: Fields | null): string {
  return ["projectcalico.org/orchestrator == 'k8s'", ...terms(selector)].join(' && ');
}

/** Text of the namespaces that a label selector means; empty if there is none. */
export function namespaceSelectorText(selector: Fields | null): string {
  if (selector === null) return '';
  const isEmpty =
    selector.map('matchLabels').size === 0 && selector.list('matchExpressions').length === 0;
  return isEmpty ? 'all()' : terms(selector).join(' && ');
}

/** Refuses what Kubernetes would refuse of a label selector. */
export function checkLabelSelector(selector: Fields | null): void {
  if (selector === null) return;
  selector.warnOfUnknown(['matchLabels', 'matchExpressions']);
  const labels = selector.childOrEmpty('matchLabels');
  for (const [key, value] of selector.map('matchLabels')) {
    const flaw = labelKeyFlaw(key) ?? labelValueFlaw(value);
    if (flaw !== null) labels.report('refused', key, { message: flaw });
  }
  for (const expression of selector.children('matchExpressions')) checkExpression(expression);
}

const operators: ReadonlyMap<string, { readonly hasValues: boolean }> = new Map([
  ['In', { hasValues: true }],
  ['NotIn', { hasValues: true }],
  ['Exists', { hasValues: false }],
  ['DoesNotExist', { hasValues: false }],
]);

function checkExpression(expression: Fields): void {
  expression.warnOfUnknown(['key', 'operator', 'values']);
  const keyFlaw = labelKeyFlaw(expression.text('key'));
  if (keyFlaw !== null) expression.report('refused', 'key', { message: keyFlaw });
  const values = expression.texts('values');
  for (const [index, value] of values.entries()) {
    const flaw = labelValueFlaw(value);
    if (flaw !== null) expression.item('values').report('refused', index, { message: flaw });
  }
  const text = expression.text('operator');
  const operator = operators.get(text);
  if (operator === undefined) {
    expression.report('refused', 'operator', {
      message: `${shown(text)} is no operator`,
      hint: 'use `In`, `NotIn`, `Exists` or `DoesNotExist`',
    });
  } else if (operator.hasValues !== values.length > 0) {
    expression.report('refused', 'values', {
      message: operator.hasValues
        ? `${shown(text)} needs values`
        : `${shown(text)} takes no values`,
    });
  }
}

function terms(selector: Fields | null): string[] {
  if (selector === null) return [];
  const labels = Array.from(selector.map('matchLabels'))
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, value]) => `${key} == '${value}'`);
  return [...labels, ...selector.children('matchExpressions').flatMap(term)];
}

/** An unknown operator leaves no term, which widens the selector, as it does in Calico (semantics 1.16). */
function term(expression: Fields): string[] {
  const key = expression.text('key');
  const values = expression.texts('values').join(`', '`);
  switch (expression.text('operator')) {
    case 'In':
      return [`${key} in { '${values}' }`];
    case 'NotIn':
      return [`${key} not in { '${values}' }`];
    case 'Exists':
      return [`has(${key})`];
    case 'DoesNotExist':
      return [`! has(${key})`];
    default:
      return [];
  }
}
