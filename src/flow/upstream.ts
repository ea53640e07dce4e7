import type { PolicyHit, PolicyRef } from '../policy/hit.ts';
import { END_OF_TIER, PROFILE_TIER } from '../policy/hit.ts';
import type { PolicyDoors } from '../policy/index/doors.ts';
import type { ScopeOutcome } from './scope.ts';

/**
 * Whether our pending trace is the one the record came with; `null` where there is nothing to compare: an
 * empty list means that Felix had no answer (semantics 9, D-5), and what is open has no whole trace.
 */
export function matchesUpstream(
  pending: ScopeOutcome,
  upstream: readonly PolicyHit[] | null,
): boolean | null {
  if (upstream === null || upstream.length === 0) return null;
  if (pending.status !== 'decided' || !pending.isTraceCertain) return null;
  const { trace } = pending;
  return (
    trace.length === upstream.length && trace.every((hit, place) => isSame(hit, upstream[place]))
  );
}

/** Whether a recorded trace names a policy or tier that is not loaded (contract 4, rule 8). */
export function namesMissing(trace: readonly PolicyHit[] | null, policies: PolicyDoors): boolean {
  return trace !== null && trace.some(({ policy }) => isMissing(policy, policies));
}

function isMissing({ kind, namespace, name, tier }: PolicyRef, policies: PolicyDoors): boolean {
  if (tier === PROFILE_TIER || kind === 'Profile') return false;
  if (!policies.hasTier(tier)) return true;
  return !namesOf(name, tier).some((known) => policies.hasPolicy(kind, namespace, known));
}

function isSame(ours: PolicyHit, theirs: PolicyHit | undefined): boolean {
  return (
    theirs !== undefined &&
    ours.action === theirs.action &&
    ours.ruleIndex === theirs.ruleIndex &&
    // Which policy an end of tier is put down to is the writer's choice (flow-records 1b-2, 12).
    (ours.ruleIndex === END_OF_TIER
      ? ours.policy.tier === theirs.policy.tier
      : isSamePolicy(ours.policy, theirs.policy))
  );
}

function isSamePolicy(ours: PolicyRef, theirs: PolicyRef): boolean {
  return (
    ours.kind === theirs.kind &&
    ours.namespace === theirs.namespace &&
    namesOf(theirs.name, theirs.tier).includes(ours.name)
  );
}

/** A policy's name with and without its tier in front, as older releases write it (semantics 1.15). */
function namesOf(name: string, tier: string): readonly string[] {
  const prefix = `${tier}.`;
  return name.startsWith(prefix) ? [name, name.slice(prefix.length)] : [name, prefix + name];
}
