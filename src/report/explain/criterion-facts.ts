import { addressesText, serviceText } from '../../flow/flow-text.ts';
import { reasonCodes, reasonsOfGaps } from '../../flow/reason-set.ts';
import type { Flow, FlowEnd } from '../../flow/flow.ts';
import type { Criterion, CriterionName } from '../../policy/evaluator/criteria.ts';
import type { EndItem } from '../../policy/index/end-items.ts';
import type { EntityRule, Rule } from '../../policy/resources/model.ts';
import type { RuleField } from '../../policy/rule-fields.ts';
import type { Selector } from '../../policy/selector/ast.ts';
import { MAYBE, NO } from '../../std/ternary.ts';
import { because } from './because.ts';
import type { FailedCriterion } from './explanation.ts';

/** A flow as rules see it, with what is known to be at its ends. */
export interface SeenFlow {
  readonly flow: Flow;
  /** Of the addresses of the connection; 0 = either. */
  readonly family: 0 | 4 | 6;
  readonly source: readonly EndItem[];
  readonly destination: readonly EndItem[];
}

/** What keeps a rule from matching, with the values on both sides; `null` = nothing does. */
export function failedCriterion(
  criteria: readonly Criterion[],
  { rule, fields }: { readonly rule: Rule; readonly fields: readonly RuleField[] },
  seen: SeenFlow,
): FailedCriterion | null {
  const failed =
    criteria.find(({ answer }) => answer === NO) ?? criteria.find(({ answer }) => answer === MAYBE);
  if (failed === undefined) return null;
  const { name, answer, gaps } = failed;
  const wanted = fields
    .filter(([path]) => siblings(name).includes(path))
    .map(([path, text]) => (path === name ? text : `${path} ${text}`));
  return {
    path: name,
    answer: answer === NO ? 'no' : 'maybe',
    wanted: wanted.join(', but '),
    found: factOf(name, rule, seen),
    reasons: answer === NO ? [] : reasonCodes(reasonsOfGaps(gaps)),
  };
}

/** The paths that are told together. */
function siblings(name: CriterionName): readonly string[] {
  const [end, field] = name.split('.');
  if (field === 'ports') return [name, `${end}.notPorts`];
  return field === 'selector' ? [name, `${end}.notSelector`] : [name];
}

function factOf(name: CriterionName, rule: Rule, seen: SeenFlow): string {
  const [end, field] = name.split('.');
  if (end === 'source' || end === 'destination') {
    return endFact(field ?? '', {
      entity: rule[end],
      end: seen.flow[end],
      items: seen[end],
      family: seen.family,
    });
  }
  if (name === 'http') return 'flow records do not carry HTTP';
  if (name === 'ipVersion') return addressFact(seen.flow.source, seen.family);
  const isIcmp = name === 'icmp' || name === 'notICMP';
  return `the flow is ${serviceText(seen.flow)}${isIcmp ? icmpFact(seen.flow) : ''}`;
}

interface SeenEnd {
  readonly entity: EntityRule;
  readonly end: FlowEnd;
  readonly items: readonly EndItem[];
  readonly family: SeenFlow['family'];
}

function endFact(field: string, { entity, end, items, family }: SeenEnd): string {
  const { selector, notSelector } = entity;
  switch (field) {
    case 'selector':
      return selector === null ? '' : because(withoutOther(selector, notSelector), items);
    case 'notSelector':
      return notSelector === null ? '' : because(notSelector, items);
    case 'ports':
      return end.port === null ? 'the record carries no such port' : `the port is ${end.port}`;
    case 'services':
      return end.port === null
        ? addressFact(end, family)
        : `${addressFact(end, family)}, and the port is ${end.port}`;
    default:
      return addressFact(end, family);
  }
}

/** As the compiled rules fold the two into one. */
function withoutOther(selector: Selector, notSelector: Selector | null): Selector {
  if (notSelector === null) return selector;
  return { kind: 'and', operands: [selector, { kind: 'not', operand: notSelector }] };
}

function addressFact(end: FlowEnd, family: SeenFlow['family']): string {
  const addresses = addressesText(end);
  if (addresses !== '') return `its address is ${addresses}`;
  const which = family === 0 ? '' : `, here one of IPv${family}`;
  return `the record carries no address${which}`;
}

function icmpFact({ icmpType, icmpCode, destination }: Flow): string {
  if (icmpType !== null) return ` type ${icmpType}${icmpCode === null ? '' : ` code ${icmpCode}`}`;
  return destination.port === null
    ? ', and the record carries no type'
    : ` port ${destination.port}`;
}
