import { unreachable } from '../std/assert.ts';
import type { Verdict } from '../policy/actions.ts';
import type { ScopeEvaluation } from '../policy/evaluator/facts.ts';
import type { PolicyHit } from '../policy/hit.ts';
import { sharedLength } from './trace.ts';

/** Verdicts as bits. */
const ALLOW = 1;
const DENY = 2;
export const BOTH = ALLOW | DENY;

/**
 * The evaluations of everything one flow may be, added one by one: which verdicts are possible, the
 * trace they share, and what was open (contract 4, rule 6).
 */
export class Fold {
  verdicts = 0;
  /** What was open on the way to a verdict or to its trace. */
  gaps = 0;
  /** What was open where the verdict was. */
  verdictGaps = 0;
  hasFailed = false;
  /** False: the trace is only what all ways share. */
  isTraceCertain = true;
  #trace: readonly PolicyHit[] | null = null;

  add(evaluation: ScopeEvaluation): void {
    if (evaluation.status === 'failed') {
      this.hasFailed = true;
      return;
    }
    this.verdicts |= verdictBits(evaluation);
    this.gaps |= evaluation.gaps;
    if (evaluation.status === 'uncertain') this.verdictGaps |= evaluation.gaps;
    if (evaluation.status === 'uncertain' || !evaluation.isTraceCertain)
      this.isTraceCertain = false;
    this.#share(evaluation.trace);
  }

  get trace(): readonly PolicyHit[] {
    return this.#trace ?? [];
  }

  /** The only possible verdict, if there is only one. */
  get verdict(): Verdict | null {
    if (this.hasFailed) return null;
    if (this.verdicts === ALLOW) return 'allow';
    return this.verdicts === DENY ? 'deny' : null;
  }

  #share(trace: readonly PolicyHit[]): void {
    if (this.#trace === null) {
      this.#trace = trace;
      return;
    }
    const shared = sharedLength(this.#trace, trace);
    if (shared === this.#trace.length && shared === trace.length) return;
    this.#trace = trace.slice(0, shared);
    this.isTraceCertain = false;
  }
}

/** The verdicts one evaluation leaves possible; 0 where it failed. */
export function verdictBits(evaluation: ScopeEvaluation): number {
  switch (evaluation.status) {
    case 'decided':
      return bitOf(evaluation.verdict);
    case 'uncertain':
      return evaluation.possible.reduce((bits, verdict) => bits | bitOf(verdict), 0);
    case 'failed':
      return 0;
    default:
      return unreachable(evaluation);
  }
}

function bitOf(verdict: Verdict): number {
  return verdict === 'allow' ? ALLOW : DENY;
}
