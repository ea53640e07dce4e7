import type { Certainty, ChargedRule, FlowEvaluation } from '../../flow/evaluation.ts';
import type { PolicyIndex } from '../../policy/index/policy-index.ts';
import type { PolicyRef } from '../../policy/hit.ts';
import { formatPolicyText } from '../../policy/policy-text.ts';
import type { Cells, Charge } from '../../stage/cells.ts';
import { StandingTally } from '../../stage/standing-tally.ts';
import type { Tally } from '../../stage/tally.ts';

/** What flows show of one staged policy on its way to be enforced next (contract 3). */
export class Evidence implements Cells {
  readonly #policy: string;
  readonly #cells: ('denied' | Certainty | null)[] = [];
  readonly #rules = new Map<ChargedRule, number>();
  readonly #ruleOfCell: (ChargedRule | null)[] = [];
  readonly #flows = { certain: 0, assumed: 0, uncertain: 0, denied: 0 };
  readonly #standing = new StandingTally((sum) => this.#count(sum));
  #undirected = 0;
  #unmeasured = 0;

  constructor(policy: PolicyRef) {
    this.#policy = formatPolicyText(policy);
  }

  cellOf(charge: Charge): number {
    const isOwn = formatPolicyText(charge.policy) === this.#policy;
    const isDenial = charge.counts === 'would-deny' && charge.attribution === 'solo';
    const cell = this.#cells.length;
    if (isOwn && charge.counts === 'touch') this.#cells.push(charge.certainty);
    else this.#cells.push(isOwn && isDenial ? 'denied' : null);
    this.#ruleOfCell.push(isOwn && isDenial ? charge.rule : null);
    return cell;
  }

  add({ cells, flows }: { readonly cells: Int32Array; readonly flows: number }): void {
    for (const cell of cells) {
      const meaning = this.#cells[cell] ?? null;
      if (meaning === null) continue;
      this.#flows[meaning] += flows;
      const rule = this.#ruleOfCell[cell] ?? null;
      if (rule !== null) this.#rules.set(rule, (this.#rules.get(rule) ?? 0) + flows);
    }
  }

  addTally(tally: Tally): void {
    this.#standing.add(tally);
  }

  /** Told of each kind of flow: what is denied that may be allowed today is in no count of denials. */
  observe({ baseline, solos }: FlowEvaluation): void {
    if (baseline !== null) return;
    const own = solos.find(({ policy }) => formatPolicyText(policy) === this.#policy);
    if (own?.verdict === 'deny') this.#unmeasured += 1;
  }

  /** What keeps the policy from being called safe to enforce next, a sentence each; empty = it is. */
  objections(policy: PolicyRef, index: PolicyIndex): readonly string[] {
    this.#standing.settle();
    const { certain, assumed, uncertain, denied } = this.#flows;
    const found: readonly (readonly [isSo: boolean, text: string])[] = [
      [denied > 0, `would deny ${flowsOf(denied)} allowed today (${this.#rulesText()})`],
      [uncertain > 0, `what it does to ${flowsOf(uncertain)} is uncertain`],
      [assumed > 0, `what it does to ${flowsOf(assumed)} rests on an assumption`],
      [
        this.#undirected > 0,
        `whether it touches ${flowsOf(this.#undirected)} nobody knows: the record does not say which end reported it`,
      ],
      [
        this.#unmeasured > 0,
        'would deny flows of which neither the record nor the policies say whether they are allowed today',
      ],
      [
        certain === 0 && denied + uncertain + assumed === 0,
        'no flow touches it, so there is no evidence',
      ],
      [index.selectsHost(policy), 'cannot be judged: it selects a HostEndpoint'],
      [
        index.mode === 'calico',
        'not judged: under `--mode calico` nothing can be called safe, since it does not show what promotion does',
      ],
    ];
    return found.filter(([isSo]) => isSo).map(([, text]) => text);
  }

  #count(tally: Tally): void {
    for (const charged of tally.charged) this.add(charged);
    // Whose policies such a flow meets nobody can say.
    this.#undirected += tally.sums().flows.unknown['not-evaluated'];
  }

  #rulesText(): string {
    return [...this.#rules]
      .toSorted(([, one], [, other]) => other - one)
      .map(([rule, flows]) => `${flows} by ${ruleText(rule)}`)
      .join(', ');
  }
}

function ruleText(rule: ChargedRule): string {
  if (rule === 'other') return "another policy's rule";
  return rule < 0 ? 'the end of its tier' : `rule ${rule}`;
}

function flowsOf(count: number): string {
  return count === 1 ? '1 flow' : `${count} flows`;
}
