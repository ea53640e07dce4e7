import { unreachable } from '../std/assert.ts';
import type { HitAction } from './actions.ts';
import { END_OF_TIER, PROFILE_TIER, type HitError, type PolicyHit } from './hit.ts';
import { kindNames, policyKinds, type PolicyKind } from './kinds.ts';
import { wrongHit } from './policy-text.ts';

/**
 * How JSON writes a hit (semantics 6.5, 6.6). `whisker`: every member; `goldmane-go`: numbers for words;
 * `goldmane-protojson`: texts for numbers, and `goldmane-proto-names` that with names as in
 * `goldmane-go`. All but the first leave out what is zero.
 */
export type HitEncoding = 'whisker' | 'goldmane-go' | 'goldmane-protojson' | 'goldmane-proto-names';

export type HitJson = { readonly [member: string]: string | number | HitJson | null };

/** The hit as a value for `JSON.stringify`, members in the order of the encoding. */
export function encodeHit(hit: PolicyHit, encoding: HitEncoding): HitJson {
  return encodeMessage(messageOf(hit), encoding);
}

/** Reads a hit from the parsed JSON of any encoding. A missing member is zero, an unknown one is ignored. */
export function decodeHit(value: unknown): PolicyHit | HitError {
  if (!isObject(value)) return wrongHit('a hit must be an object');
  const action = actions.get(value['action']);
  if (action === undefined) return wrongHit(`\`${String(value['action'])}\` is no action of a hit`);
  const policyIndex = indexIn(value, 'policy_index', 'policyIndex');
  const ruleIndex = indexIn(value, 'rule_index', 'ruleIndex');
  if (policyIndex === null || ruleIndex === null) return wrongHit('an index is no whole number');
  if (!isEndOfTier(value)) return withPolicy(value, { action, policyIndex, ruleIndex });
  const { trigger } = value;
  if (!isObject(trigger)) return wrongHit('an end of tier needs a `trigger`');
  return withPolicy(trigger, { action, policyIndex, ruleIndex: END_OF_TIER });
}

type JsonObject = { readonly [member: string]: unknown };

/** What Goldmane knows of a hit: the policy of an end of tier has a message of its own. */
interface Message {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly tier: string;
  readonly action: keyof typeof actionNumbers;
  readonly policyIndex: number;
  readonly ruleIndex: number;
  readonly trigger: Message | null;
}

const endOfTier = { name: 'EndOfTier', number: 10 } as const;
const actionNumbers = { ActionUnspecified: 0, Allow: 1, Deny: 2, Pass: 3 } as const;
const actionNames = { allow: 'Allow', deny: 'Deny', pass: 'Pass' } as const;

const actions = new Map<unknown, HitAction>();
for (const action of ['allow', 'deny', 'pass'] as const) {
  actions.set(actionNames[action], action);
  actions.set(actionNumbers[actionNames[action]], action);
}

/** By Goldmane's name and by its number. */
const kinds = new Map<unknown, PolicyKind>();
const kindNumbers = new Map<string, number>([[endOfTier.name, endOfTier.number]]);
for (const kind of kindNames) {
  const { goldmane, goldmaneNumber } = policyKinds[kind];
  kinds.set(goldmane, kind).set(goldmaneNumber, kind);
  kindNumbers.set(goldmane, goldmaneNumber);
}

function messageOf({ policy, action, policyIndex, ruleIndex }: PolicyHit): Message {
  const tier = policy.tier === PROFILE_TIER ? '' : policy.tier;
  const kind = policyKinds[policy.kind].goldmane;
  const owner = { kind, namespace: policy.namespace, name: policy.name, tier, trigger: null };
  const decision = { action: actionNames[action], policyIndex, ruleIndex };
  if (ruleIndex !== END_OF_TIER) return { ...owner, ...decision };
  const trigger = { ...owner, action: 'ActionUnspecified', policyIndex: 0, ruleIndex: 0 } as const;
  return { kind: endOfTier.name, namespace: '', name: '', tier, ...decision, trigger };
}

function encodeMessage(message: Message, encoding: HitEncoding): HitJson {
  const { kind, namespace, name, tier, action, policyIndex, ruleIndex } = message;
  const trigger = message.trigger === null ? null : encodeMessage(message.trigger, encoding);
  const indices = { policy_index: policyIndex, rule_index: ruleIndex, trigger };
  switch (encoding) {
    case 'whisker':
      return { kind, name, namespace, tier, action, ...indices };
    case 'goldmane-go': {
      const number = kindNumbers.get(kind) ?? 0;
      const actionNumber = actionNumbers[action];
      return withoutZeros({
        kind: number,
        namespace,
        name,
        tier,
        action: actionNumber,
        ...indices,
      });
    }
    case 'goldmane-protojson':
    case 'goldmane-proto-names': {
      const [policyKey, ruleKey] = indexKeys[encoding];
      return withoutZeros({
        kind,
        namespace,
        name,
        tier,
        action: actionNumbers[action] === 0 ? '' : action,
        [policyKey]: int64(policyIndex),
        [ruleKey]: int64(ruleIndex),
        trigger,
      });
    }
    default:
      return unreachable(encoding);
  }
}

const indexKeys = {
  'goldmane-protojson': ['policyIndex', 'ruleIndex'],
  'goldmane-proto-names': ['policy_index', 'rule_index'],
} as const;

function int64(value: number): string {
  return value === 0 ? '' : String(value);
}

function withoutZeros(json: HitJson): HitJson {
  return Object.fromEntries(
    Object.entries(json).filter(([, value]) => value !== '' && value !== 0 && value !== null),
  );
}

function withPolicy(value: JsonObject, decision: Omit<PolicyHit, 'policy'>): PolicyHit | HitError {
  const kind = kinds.get(value['kind']);
  if (kind === undefined) return wrongHit(`\`${String(value['kind'])}\` is no kind of a policy`);
  const { namespace = '', name = '', tier = '' } = value;
  if (typeof namespace !== 'string' || typeof name !== 'string' || typeof tier !== 'string') {
    return wrongHit('a name is no text');
  }
  const tierText = kind === 'Profile' && tier === '' ? PROFILE_TIER : tier;
  return { policy: { kind, namespace, name, tier: tierText }, ...decision };
}

function isEndOfTier({ kind }: JsonObject): boolean {
  return kind === endOfTier.name || kind === endOfTier.number;
}

function indexIn(value: JsonObject, snakeCase: string, camelCase: string): number | null {
  const index = value[snakeCase] ?? value[camelCase] ?? 0;
  const number = typeof index === 'string' && /^-?[0-9]+$/.test(index) ? Number(index) : index;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
