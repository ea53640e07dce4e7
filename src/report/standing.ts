import type { PolicyMode } from '../policy/actions.ts';
import type { IndexedPolicy } from '../policy/index/policies.ts';
import { some } from './names.ts';
import type { PolicyCounts } from './policy-counts.ts';
import type { Survey } from './survey.ts';

/**
 * What may be said of enforcing a staged policy next, or all of them together (contract 3). The first that
 * applies, in this order; `safe` only where none of the others does.
 */
export const standings = {
  'not-judged': 'not judged',
  ignored: 'left out',
  breaks: 'breaks traffic',
  hosts: 'cannot be judged: hosts',
  undecided: 'undecided',
  'no-evidence': 'no evidence',
  safe: 'safe',
} as const;

export type StandingName = keyof typeof standings;

export interface Standing {
  readonly name: StandingName;
  /** Why, in a clause without a full stop. */
  readonly why: string;
}

/** What is known of the policies beside the flows. */
export interface Ground {
  readonly mode: PolicyMode;
  /** Whether the policy, or what it takes the place of, may select a loaded HostEndpoint. */
  readonly selectsHost: (policy: IndexedPolicy) => boolean;
  /** Flows of which nobody knows whose policies would be asked. */
  readonly directionless: number;
  /** What could not be read of the traffic, beyond what is allowed: it may be of any flow. */
  readonly unread: Unread;
}

/** Records, and files that broke off. */
export interface Unread {
  readonly records: number;
  readonly files: number;
}

/** Whether one staged policy is safe to enforce next, on the traffic that was seen. */
export function standingOf(
  policy: IndexedPolicy,
  { flows, alone, drifting }: PolicyCounts,
  ground: Ground,
): Standing {
  if (ground.mode === 'calico') return NOT_JUDGED;
  if (policy.stagedAction === 'Ignore')
    return { name: 'ignored', why: 'its stagedAction is Ignore' };
  const denied = alone['newly-denied'] + drifting;
  if (denied > 0) {
    return {
      name: 'breaks',
      why: `alone it denies ${some(denied, 'flow')} allowed today`,
    };
  }
  if (ground.selectsHost(policy)) return HOSTS;
  const open = flows.uncertain + ground.directionless;
  if (open + flows.assumed > 0) return { name: 'undecided', why: opennessOf(open, flows.assumed) };
  if (flows.certain === 0) return NO_EVIDENCE;
  if (isAny(ground.unread)) return { name: 'undecided', why: unreadness(ground.unread) };
  return { name: 'safe', why: 'alone it denies nothing that is allowed today' };
}

/** Whether all staged policies are safe to enforce together, on the traffic that was seen. */
export function standingTogether(
  survey: Survey,
  each: readonly Standing[],
  { directionless, unread }: Pick<Ground, 'directionless' | 'unread'>,
): Standing {
  const counted = each.filter(({ name }) => name !== 'ignored');
  const have = (name: StandingName): number => counted.filter((one) => one.name === name).length;
  if (have('not-judged') > 0) return NOT_JUDGED;
  const { breaking, open } = survey.together;
  if (breaking > 0) {
    return { name: 'breaks', why: `together they deny ${some(breaking, 'flow')} allowed today` };
  }
  if (have('hosts') > 0) return HOSTS;
  // A policy that is open alone is behind flows that are, or behind what could not be read.
  if (open + directionless > 0 || (have('undecided') > 0 && !isAny(unread))) {
    return {
      name: 'undecided',
      why: `${some(open + directionless, 'flow')} they could touch not certain`,
    };
  }
  if (counted.length === 0) return { name: 'no-evidence', why: 'nothing is staged' };
  const silent = have('no-evidence');
  if (silent > 0) return { name: 'no-evidence', why: `no flow touched ${silent} of them` };
  if (isAny(unread)) return { name: 'undecided', why: unreadness(unread) };
  return { name: 'safe', why: 'together they deny nothing that is allowed today' };
}

const NOT_JUDGED: Standing = {
  name: 'not-judged',
  why: 'under `mode: calico` nothing is called safe: it cannot see what promotion replaces',
};
const HOSTS: Standing = {
  name: 'hosts',
  why: 'it selects HostEndpoints, whose traffic is not in flow records',
};
const NO_EVIDENCE: Standing = { name: 'no-evidence', why: 'no flow touched it' };

function isAny({ records, files }: Unread): boolean {
  return records + files > 0;
}

function unreadness({ records, files }: Unread): string {
  const parts = [
    ...(records > 0 ? [some(records, 'record')] : []),
    ...(files > 0 ? [`the end of ${some(files, 'file')}`] : []),
  ];
  return `${parts.join(' and ')} could not be read`;
}

function opennessOf(uncertain: number, assumed: number): string {
  return [
    ...(uncertain > 0 ? [`${some(uncertain, 'flow')} uncertain`] : []),
    ...(assumed > 0 ? [`${some(assumed, 'flow')} decided on an assumption`] : []),
  ].join(', ');
}
