import type { FlowEvaluation } from '../flow/evaluation.ts';
import type { Flow } from '../flow/flow.ts';
import { answerOf, type Answer } from './answer.ts';
import { conversationKey, conversationOf, type Conversation } from './conversation.ts';
import type { ReportLimits } from './limits.ts';
import { Sighting } from './sighting.ts';

/** Gives equal answers to equal conversations the same object, as long as it remembers them. */
export class Sightings {
  readonly #answers = new Map<string, Answer>();
  readonly #sightings = new Map<Answer, Map<string, Sighting>>();
  readonly #names = new Map<string, string>();
  readonly #keptMax: number;
  #kept = 0;

  /** Beyond `reportJudgements` all are forgotten. */
  constructor({ reportJudgements }: Pick<ReportLimits, 'reportJudgements'>) {
    this.#keptMax = reportJudgements;
  }

  of(flow: Flow, evaluation: FlowEvaluation, before: FlowEvaluation | null): Sighting {
    const answer = this.#answerOf(evaluation, before);
    const conversation = conversationOf(flow);
    const key = conversationKey(conversation);
    const known = this.#sightings.get(answer)?.get(key);
    return known ?? this.#keep(key, new Sighting(answer, this.#named(conversation)));
  }

  /** The same with names that are kept once. */
  #named({ source, destination, ...port }: Conversation): Conversation {
    return { source: this.#nameOf(source), destination: this.#nameOf(destination), ...port };
  }

  #nameOf(name: string): string {
    const known = this.#names.get(name);
    if (known === undefined) this.#names.set(name, name);
    return known ?? name;
  }

  #answerOf(evaluation: FlowEvaluation, before: FlowEvaluation | null): Answer {
    const answer = answerOf(evaluation, before);
    const key = JSON.stringify(answer);
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    this.#answers.set(key, answer);
    return answer;
  }

  #keep(key: string, sighting: Sighting): Sighting {
    const { answer } = sighting;
    if (this.#kept >= this.#keptMax) {
      this.#answers.clear();
      this.#sightings.clear();
      this.#names.clear();
      this.#kept = 0;
    }
    const siblings = this.#sightings.get(answer) ?? new Map<string, Sighting>();
    siblings.set(key, sighting);
    this.#sightings.set(answer, siblings);
    this.#kept += 1;
    return sighting;
  }
}
