import type { FlowEvaluation } from '../flow/evaluation.ts';
import type { Flow } from '../flow/flow.ts';
import { conversationOf, type Conversation } from './conversation.ts';
import { effectsOf, type FlowEffects } from './flips.ts';
import type { ReportLimits } from './limits.ts';

/** An answer to a flow, with all that follows from it. */
export interface Answer {
  readonly evaluation: FlowEvaluation;
  /** The answer of the policies to compare with; `null` = there are none. */
  readonly before: FlowEvaluation | null;
  readonly effects: FlowEffects;
}

/** One answer to one conversation: what records of the same kind have in common. */
export interface Sighting {
  /** Never given twice: equal numbers mean equal sightings. */
  readonly number: number;
  readonly answer: Answer;
  readonly conversation: Conversation;
}

/** Gives equal answers to equal conversations the same object, as long as it remembers them. */
export class Sightings {
  readonly #answers = new Map<string, Answer>();
  readonly #sightings = new Map<Answer, Map<string, Sighting>>();
  readonly #keptMax: number;
  #count = 0;
  #kept = 0;

  /** Beyond `reportJudgements` all are forgotten. */
  constructor({ reportJudgements }: Pick<ReportLimits, 'reportJudgements'>) {
    this.#keptMax = reportJudgements;
  }

  of(flow: Flow, evaluation: FlowEvaluation, before: FlowEvaluation | null): Sighting {
    const answer = this.#answerOf(evaluation, before);
    const conversation = conversationOf(flow);
    const known = this.#sightings.get(answer);
    const sighting = known?.get(conversation.key);
    if (sighting !== undefined) return sighting;
    return this.#keep({ number: this.#count, answer, conversation });
  }

  #answerOf(evaluation: FlowEvaluation, before: FlowEvaluation | null): Answer {
    const key = JSON.stringify([evaluation, before]);
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = { evaluation, before, effects: effectsOf(evaluation) };
    this.#answers.set(key, answer);
    return answer;
  }

  #keep(sighting: Sighting): Sighting {
    const { answer, conversation } = sighting;
    if (this.#kept >= this.#keptMax) {
      this.#answers.clear();
      this.#sightings.clear();
      this.#kept = 0;
    }
    const siblings = this.#sightings.get(answer) ?? new Map<string, Sighting>();
    siblings.set(conversation.key, sighting);
    this.#sightings.set(answer, siblings);
    this.#count += 1;
    this.#kept += 1;
    return sighting;
  }
}
