import type { AvroSchema } from '../../flow/avro/avro-schema.ts';
import type { Enrichment } from '../../flow/dialects/form.ts';
import { TextEnrichment } from '../../flow/dialects/text-enrichment.ts';
import type { RecordWriter } from '../../flow/dialects/writer.ts';
import type { FlowEvaluation } from '../../flow/evaluation.ts';
import type { Flow } from '../../flow/flow.ts';
import type { Recollection } from '../../flow/identity/known-readings.ts';
import { judge } from '../../flow/judge.ts';
import type { PolicyIndex } from '../../policy/index/policy-index.ts';
import { timeClassesOf } from '../../policy/index/time-classes.ts';
import { answerOf } from '../../report/answer.ts';
import { conversationOf } from '../../report/conversation.ts';
import type { Seen, Sightings } from '../../report/sightings.ts';
import { createBatchJudge } from '../../stage/batch.ts';
import type { Onlooker } from '../../stage/lane/lane.ts';
import type { BatchJudge } from '../../stage/ports.ts';
import { RecordProcessor } from '../../stage/processor.ts';
import type { Volume } from '../../stage/tally.ts';
import { VERSION } from '../../std/version.ts';
import type { Config } from '../config/schema.ts';

export interface SurveyJudgeOptions {
  readonly index: PolicyIndex;
  /** Policies to compare with; `null` = there are none. */
  readonly against: PolicyIndex | null;
  readonly config: Config;
  readonly bareSchema: AvroSchema | null;
  readonly sightings: Sightings;
}

/**
 * Judges batches as the stage does, by the same memo and through the same lane, but writes nothing: what is judged
 * is counted as sightings. The memo is left with what few words they do not have.
 */
export function createSurveyJudge(options: SurveyJudgeOptions): BatchJudge {
  const { index, against, config, bareSchema, sightings } = options;
  const { input, output, policies, limits } = config;
  const looker = new Looker(sightings, { index, against });
  const { policyHash } = index;
  const maker = { policySet: policies.set, policyHash, evaluator: `rehearsal/${VERSION}` };
  const processor = new RecordProcessor((flow, recalled) => looker.judge(flow, recalled), {
    maker,
    timeClassOf: timeClassesOfBoth(index, against),
    format: input.format,
    bareSchema,
    member: output.member,
    writer: looker.writer,
    limits,
    cells: null,
    onForget: () => sightings.settle(),
  });
  const unwrap = input.unwrap ?? null;
  return createBatchJudge(processor, {
    maker,
    limits,
    unwrap,
    contentType: null,
    onlooker: looker,
  });
}

/** Tells sightings what each number stands for when the judge is asked, which is when it is given. */
class Looker implements Onlooker {
  readonly #sightings: Sightings;
  readonly #policies: Pick<SurveyJudgeOptions, 'index' | 'against'>;
  /** Of the record that was just judged; `null` = the memo knew it. */
  #fresh: Seen | null = null;

  constructor(sightings: Sightings, policies: Pick<SurveyJudgeOptions, 'index' | 'against'>) {
    this.#sightings = sightings;
    this.#policies = policies;
  }

  /** The evaluation without what sightings have: the memo is to be small. */
  judge(flow: Flow, recalled: Recollection | null): FlowEvaluation {
    const { index, against } = this.#policies;
    const evaluation = judge(index, flow, recalled);
    const before = against === null ? null : judge(against, flow);
    this.#fresh = { answer: answerOf(evaluation, before), conversation: conversationOf(flow) };
    return { ...evaluation, pending: [], decidedBy: null, flippedBy: [], solos: [] };
  }

  /** Writes nothing, but what is kept of an answer counts as if it were written: `limits.memoBytes` bounds it. */
  readonly writer: RecordWriter = {
    isForLane: true,
    encode: (evaluation): Enrichment => {
      const kept = JSON.stringify([evaluation, this.#fresh?.answer]);
      return new TextEnrichment('', kept, 0);
    },
    write: () => NOTHING,
  };

  see(number: number, volume: Volume, offset: number): void {
    const fresh = this.#fresh;
    this.#fresh = null;
    if (fresh !== null && number < 0) this.#sightings.addUnnumbered(fresh, volume, offset);
    else {
      if (fresh !== null) this.#sightings.meet(number, fresh);
      this.#sightings.add(number, volume, offset);
    }
  }

  seeRows(rows: Float64Array, offsets: Float64Array): void {
    this.#sightings.addRows(rows, offsets);
  }
}

const NOTHING = Buffer.alloc(0);

/** Both numbers grow with time, so that equal sums mean equal numbers. */
function timeClassesOfBoth(one: PolicyIndex, other: PolicyIndex | null) {
  const classOf = timeClassesOf(one.tables);
  if (other === null) return classOf;
  const otherClassOf = timeClassesOf(other.tables);
  return (ms: number | null): number => classOf(ms) + otherClassOf(ms);
}
