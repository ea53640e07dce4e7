import type { HitAction } from './actions.ts';
import { PROFILE_TIER, type HitError, type PolicyHit } from './hit.ts';
import { formatOldPolicyText, parseOldPolicyText } from './old-policy-text.ts';
import { formatPolicyText, parsePolicyText, wrongHit } from './policy-text.ts';

/**
 * Which of the two grammars the text of a hit follows: `old` is that of v3.30 and v3.31, `new` that of
 * v3.32 and later (semantics 7).
 */
export type HitGrammar = 'old' | 'new';

/** The grammar of a text that is a hit in one of them. */
function grammarOf(text: string): HitGrammar {
  return /^[^|]*\|[^|]*\|(?:s?g?np|s?knp|kcnp|pro):/.test(text) ? 'new' : 'old';
}

/** Reads the text of a hit, in one grammar or in whichever it follows. */
export function parseHit(
  text: string,
  grammar: HitGrammar = grammarOf(text),
): PolicyHit | HitError {
  const parts = fiveParts.exec(text);
  if (parts === null) return wrongHit(`\`${text}\` is not of the form ${form}`);
  const [, policyIndexText, tier = '', policyText = '', actionText = '', ruleIndexText] = parts;
  const policy = (grammar === 'new' ? parsePolicyText : parseOldPolicyText)(policyText, tier);
  if ('message' in policy) return policy;
  const action = actions.get(actionText.toLowerCase());
  const [policyIndex, ruleIndex] = [Number(policyIndexText), Number(ruleIndexText)];
  if (action === undefined || !Number.isSafeInteger(policyIndex + ruleIndex)) {
    return wrongHit(`\`${text}\` is not of the form ${form}`);
  }
  return { policy, action, policyIndex, ruleIndex };
}

/** `1|ops|snp:shop/web|deny|0`, or in the old grammar `1|ops|shop/ops.staged:web|deny|0`. */
export function formatHit(hit: PolicyHit, grammar: HitGrammar = 'new'): string {
  const { policy, action, policyIndex, ruleIndex } = hit;
  const tier = policy.kind === 'Profile' ? PROFILE_TIER : policy.tier;
  const text = grammar === 'new' ? formatPolicyText(policy) : formatOldPolicyText(policy);
  return `${policyIndex}|${tier}|${text}|${action}|${ruleIndex}`;
}

const form = '`index|tier|policy|action|rule index`';
const fiveParts = /^([+-]?[0-9]+)\|([^|]*)\|([^|]*)\|([^|]*)\|([+-]?[0-9]+)$/;

const actions = new Map<string, HitAction>([
  ['allow', 'allow'],
  ['deny', 'deny'],
  ['pass', 'pass'],
]);
