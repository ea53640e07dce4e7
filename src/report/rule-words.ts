import type { Direction } from '../policy/actions.ts';
import type { PolicyIndex } from '../policy/index/policy-index.ts';
import { RuleTexts } from '../policy/index/rule-text.ts';
import { formatPolicyText } from '../policy/policy-text.ts';
import type { DecidingRule } from './flips.ts';
import { referenceOf } from './names.ts';

/** Says in words which rule of which policy decides. */
export class RuleWords {
  readonly #index: PolicyIndex;
  readonly #texts: RuleTexts;
  readonly #numbers: ReadonlyMap<string, number>;

  constructor(index: PolicyIndex) {
    this.#index = index;
    this.#texts = new RuleTexts(index.tables, index.strings);
    this.#numbers = new Map(
      index.policies.map(({ ref }, number) => [formatPolicyText(ref), number]),
    );
  }

  of(deciding: DecidingRule | null, direction: Direction): string {
    if (deciding === null) return 'several rules, depending on the connection';
    const { policy, rule } = deciding;
    const name = referenceOf(policy);
    if (rule === 'other' || rule < -1)
      return `${name}, after which another policy has the last word`;
    const number = this.#numbers.get(formatPolicyText(policy));
    if (number === undefined) return `${name}, ${direction} rule ${rule}`;
    if (rule === -1) {
      const { defaultAction } = this.#index.policies[number] ?? { defaultAction: 'deny' };
      return `${name}, no ${direction} rule matches: its tier ends in ${defaultAction}`;
    }
    const { policies } = this.#index.tables;
    const start = direction === 'ingress' ? policies.ingressStart : policies.egressStart;
    const text = this.#texts.textOf((start[number] ?? 0) + rule);
    return `${name}, ${direction} rule ${rule}: ${text}`;
  }
}
