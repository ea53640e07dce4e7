import type { ReasonCode } from '../flow/reasons.ts';
import type { IndexedPolicy } from '../policy/index/policies.ts';
import type { PolicyIndex } from '../policy/index/policy-index.ts';
import { formatPolicyText } from '../policy/policy-text.ts';
import { advice, meaningOf } from './advice.ts';
import { closingOf } from './closing.ts';
import type { Differences } from './differences.ts';
import type { FlipKind } from './flips.ts';
import type { FlipGroup } from './talk.ts';
import { referenceOf } from './names.ts';
import type { PolicyCounts } from './policy-counts.ts';
import { RuleWords } from './rule-words.ts';
import type { GroupPreview, PolicyPreview, Preview } from './schema.ts';
import { protocolWord } from './services.ts';
import { standingOf, standingTogether, type Ground } from './standing.ts';
import type { Survey } from './survey.ts';
import { unreadRecords } from './unread-records.ts';

/** What a preview says beside what the survey counted. */
export interface Circumstances extends Pick<
  Preview,
  'evaluator' | 'policySet' | 'sources' | 'unreadable' | 'damaged'
> {
  /** Of the policies that were previewed. */
  readonly index: PolicyIndex;
  /** When the preview was made, ms since 1970. */
  readonly nowMs: number;
  /** Where the policies to compare with lie; `null` = there are none. */
  readonly against: string | null;
  /** How many groups of a policy are listed. */
  readonly rowsMax: number;
  /** So many records may be unreadable and policies be called safe all the same. */
  readonly unreadableMax: number;
}

/** Everything a preview says, in the form that JSON prints and the other formats are made of. */
export function previewOf(survey: Survey, circumstances: Circumstances): Preview {
  const { index, nowMs, evaluator, policySet, sources, unreadable, damaged } = circumstances;
  const ground = groundOf(index, survey, circumstances);
  const words = new RuleWords(index);
  const staged = index.policies.filter(({ isStaged }) => isStaged);
  const policies = staged
    .map((policy) => policyPreview(policy, survey, { ground, words, ...circumstances }))
    .toSorted(byUrgency);
  const preview: Omit<Preview, 'closing'> = {
    version: 1,
    evaluator,
    at: new Date(nowMs).toISOString(),
    mode: index.mode,
    policySet,
    policyHash: index.policyHash,
    sources,
    ...spanOf(survey.span),
    flows: flowsOf(survey),
    caused: { ...survey.caused },
    hostEndpoints: index.tables.hosts.name.length,
    reasons: reasonsOf(survey.reasons),
    unreadable,
    damaged,
    policies,
    together: togetherOf(survey, policies, ground),
    against: againstOf(survey.differences, words, circumstances),
  };
  return { ...preview, closing: closingOf(preview) };
}

function groundOf(
  index: PolicyIndex,
  { reasons }: Survey,
  { unreadable, unreadableMax, damaged }: Circumstances,
): Ground {
  const records = unreadRecords(unreadable);
  return {
    mode: index.mode,
    selectsHost: ({ ref }) => index.selectsHost(ref),
    directionless: reasons.get('direction_unknown') ?? 0,
    unread: { records: records > unreadableMax ? records : 0, files: damaged.length },
  };
}

function flowsOf({ changes }: Survey): Preview['flows'] {
  return {
    judged: Object.values(changes).reduce((sum, flows) => sum + flows, 0),
    unchanged: changes.unchanged,
    newlyDenied: changes['newly-denied'],
    newlyAllowed: changes['newly-allowed'],
    uncertain: changes.uncertain,
    notEvaluated: changes['not-evaluated'],
  };
}

interface PolicySurroundings {
  readonly ground: Ground;
  readonly words: RuleWords;
  readonly rowsMax: number;
}

function policyPreview(
  policy: IndexedPolicy,
  survey: Survey,
  { ground, words, rowsMax }: PolicySurroundings,
): PolicyPreview {
  const { ref, stagedAction, namesake } = policy;
  const counts = survey.of(formatPolicyText(ref));
  const { name, why } = standingOf(policy, counts, ground);
  const { certain, assumed, uncertain } = counts.flows;
  const { groups, rest } = counts.groups.top(rowsMax);
  return {
    name: referenceOf(ref),
    kind: ref.kind,
    namespace: ref.namespace,
    policy: ref.name,
    tier: ref.tier,
    stagedAction: stagedAction ?? 'Set',
    replaces: namesake === null ? null : referenceOf(namesake),
    standing: name,
    why,
    flows: { judged: certain + assumed + uncertain, certain, assumed, uncertain },
    newlyDenied: flipsOf(counts, 'newly-denied'),
    newlyAllowed: flipsOf(counts, 'newly-allowed'),
    drifting: counts.drifting,
    reasons: reasonsOf(counts.reasons),
    openSample: counts.openSample,
    ...spanOf(counts.span),
    groups: groups.map((group) => groupPreview(group, words)),
    rest,
  };
}

function flipsOf(
  { groups, alone, together }: PolicyCounts,
  flip: FlipKind,
): PolicyPreview['newlyDenied'] {
  return { ...groups.total(flip), alone: alone[flip], together: together[flip] };
}

function groupPreview(group: FlipGroup, words: RuleWords): GroupPreview {
  const { flip, conversation, direction, rule, flows, connections, bytes } = group;
  const { source, destination, protocol, port } = conversation;
  const { firstMs: first, lastMs: last, alone, together, sample } = group;
  return {
    flip,
    source,
    destination,
    protocol: protocolWord(protocol),
    port,
    direction,
    rule: words.of(rule, direction),
    flows,
    connections,
    bytes,
    alone,
    together,
    ...spanOf({ firstMs: first, lastMs: last }),
    sample,
  };
}

function togetherOf(
  survey: Survey,
  policies: readonly PolicyPreview[],
  ground: Ground,
): Preview['together'] {
  const each = policies.map(({ standing, why }) => ({ name: standing, why }));
  const { name, why } = standingTogether(survey, each, ground);
  const { newlyDenied, newlyAllowed } = survey.together;
  return { standing: name, why, newlyDenied, newlyAllowed };
}

function againstOf(
  { flows, groups }: Differences,
  words: RuleWords,
  { against, rowsMax }: Circumstances,
): Preview['against'] {
  if (against === null) return null;
  const top = groups.top(rowsMax);
  return {
    path: against,
    newlyDenied: groups.total('newly-denied'),
    newlyAllowed: groups.total('newly-allowed'),
    open: flows.open,
    same: flows.same,
    groups: top.groups.map((group) => groupPreview(group, words)),
    rest: top.rest,
  };
}

function reasonsOf(reasons: ReadonlyMap<ReasonCode, number>): Preview['reasons'] {
  return [...reasons]
    .toSorted(([, one], [, other]) => other - one)
    .map(([reason, flows]) => ({ reason, flows, means: meaningOf(reason), add: advice[reason] }));
}

function spanOf({ firstMs, lastMs }: { firstMs: number | null; lastMs: number | null }) {
  return { first: timeOf(firstMs), last: timeOf(lastMs) };
}

/** Beyond what a date can be, nothing is said. */
function timeOf(ms: number | null): string | null {
  return ms === null || Math.abs(ms) > 8.64e15 ? null : new Date(ms).toISOString();
}

/** What needs a decision first. */
function byUrgency(one: PolicyPreview, other: PolicyPreview): number {
  return (
    urgency.indexOf(one.standing) - urgency.indexOf(other.standing) ||
    other.newlyDenied.connections - one.newlyDenied.connections ||
    (one.name < other.name ? -1 : 1)
  );
}

const urgency = ['breaks', 'not-judged', 'hosts', 'undecided', 'no-evidence', 'safe', 'ignored'];
