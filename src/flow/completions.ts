import { Gap, type Facts, type ScopeEvaluation } from '../policy/evaluator/facts.ts';
import type { NumberClasses } from '../policy/index/doors.ts';
import { Fold } from './fold.ts';
import type { JudgedPolicies } from './policy-index.ts';
import type { SweepOptions } from './sweep.ts';

/** How many completions of one flow are tried in one scope before its numbers and labels stay unknown. */
export const COMPLETIONS_MAX = 4096;

/** The gaps that trying every number closes. */
const NUMBER_GAPS = Gap.sourcePort | Gap.destPort | Gap.protocol | Gap.icmp;

/** Whether trying numbers and labels may close what is open. */
export function isClosable(evaluation: ScopeEvaluation): boolean {
  if (evaluation.status !== 'uncertain') return true;
  return (evaluation.gaps & NUMBER_GAPS) !== 0 || evaluation.labelQuestion >= 0;
}

type Uncertain = Extract<ScopeEvaluation, { status: 'uncertain' }>;

/**
 * Fills in what is unknown of one connection: Kleene's logic forgets that two rules ask for the same unknown
 * port or label, completions do not. They branch only at what an evaluation asked for, and all come to
 * nothing with the first that stays open or disagrees.
 */
export class Completer {
  readonly #policies: JudgedPolicies;
  readonly #options: Pick<SweepOptions, 'scope' | 'knowledge'>;
  readonly #fold = new Fold();
  #triesLeft: number;
  #settledLeft: number;

  constructor(
    policies: JudgedPolicies,
    options: Pick<SweepOptions, 'scope' | 'knowledge'>,
    triesMax: number,
  ) {
    this.#policies = policies;
    this.#options = options;
    this.#triesLeft = triesMax;
    this.#settledLeft = policies.settledMax;
  }

  /** The one verdict of all completions, with what their traces share; `null` where there is none. */
  close(facts: Facts, evaluation: Uncertain): ScopeEvaluation | null {
    if (!this.#agree(this.#branches(facts, evaluation))) return null;
    const { verdict, trace, isTraceCertain, gaps } = this.#fold;
    return verdict === null ? null : { status: 'decided', verdict, trace, isTraceCertain, gaps };
  }

  #agree(branches: readonly Facts[]): boolean {
    this.#triesLeft -= branches.length;
    if (branches.length === 0 || this.#triesLeft < 0) return false;
    const { scope, knowledge } = this.#options;
    return branches.every((facts) => {
      const evaluation = this.#policies.evaluate(facts, scope, knowledge);
      if (evaluation.status === 'uncertain') return this.#agree(this.#branches(facts, evaluation));
      this.#fold.add(evaluation);
      return this.#fold.verdict !== null;
    });
  }

  #branches(facts: Facts, { gaps, labelQuestion }: Uncertain): readonly Facts[] {
    const { numberClasses: classes } = this.#policies;
    const numbers = withNumbers(facts, gaps, { classes, countMax: this.#triesLeft });
    if (numbers.length > 0 || labelQuestion < 0) return numbers;
    const settled = this.#policies.settleLabel(facts, labelQuestion, this.#options.knowledge) ?? [];
    this.#settledLeft -= settled.length;
    return this.#settledLeft < 0 ? [] : settled;
  }
}

/**
 * The connection with its unknown numbers filled in, once for each class that the rules can tell
 * apart. Empty where nothing is left to fill in, or more than `countMax`.
 */
function withNumbers(
  facts: Facts,
  gaps: number,
  { classes, countMax }: { readonly classes: NumberClasses; readonly countMax: number },
): readonly Facts[] {
  const protocols = missing(facts.protocol, gaps & Gap.protocol, classes.protocols);
  const sourcePorts = missing(facts.sourcePort, gaps & Gap.sourcePort, classes.sourcePorts);
  const destPorts = missing(facts.destPort, gaps & Gap.destPort, classes.destPorts);
  const icmp = missingIcmp(facts, gaps & Gap.icmp, classes);
  const count = protocols.length * sourcePorts.length * destPorts.length * icmp.length;
  if (count <= 1 || count > countMax) return [];
  return protocols.flatMap((protocol) =>
    sourcePorts.flatMap((sourcePort) =>
      destPorts.flatMap((destPort) =>
        icmp.map(([icmpType, icmpCode]) => ({
          ...facts,
          protocol,
          sourcePort,
          destPort,
          icmpType,
          icmpCode,
        })),
      ),
    ),
  );
}

function missing(known: number, gap: number, classes: readonly number[]): readonly number[] {
  return gap !== 0 && known < 0 ? classes : [known];
}

function missingIcmp(
  { icmpType, icmpCode, destPort }: Facts,
  gap: number,
  { icmp, icmpFromPort }: NumberClasses,
): NumberClasses['icmp'] {
  const isKnown = (icmpType >= 0 && icmpCode >= 0) || (icmpFromPort && destPort >= 0);
  if (gap === 0 || isKnown) return [[icmpType, icmpCode]];
  return icmpType < 0 ? icmp : icmp.filter(([type]) => type === icmpType);
}
