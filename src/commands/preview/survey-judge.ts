import type { AvroSchema } from '../../flow/avro/avro-schema.ts';
import type { Enrichment } from '../../flow/dialects/form.ts';
import type { RecordWriter } from '../../flow/dialects/writer.ts';
import type { FlowEvaluation } from '../../flow/evaluation.ts';
import type { Flow } from '../../flow/flow.ts';
import { judge } from '../../flow/judge.ts';
import type { PolicyIndex } from '../../policy/index/policy-index.ts';
import { timeClassesOf } from '../../policy/index/time-classes.ts';
import type { Sighting } from '../../report/sighting.ts';
import { Sightings } from '../../report/sightings.ts';
import type { Survey } from '../../report/survey.ts';
import { createBatchJudge, type Onlooker } from '../../stage/batch.ts';
import type { BatchJudge } from '../../stage/ports.ts';
import { RecordProcessor } from '../../stage/processor.ts';
import { assert } from '../../std/assert.ts';
import { VERSION } from '../../std/version.ts';
import type { Config } from '../config/schema.ts';

export interface SurveyJudgeOptions {
  readonly index: PolicyIndex;
  /** Policies to compare with; `null` = there are none. */
  readonly against: PolicyIndex | null;
  readonly config: Config;
  readonly bareSchema: AvroSchema | null;
  readonly survey: Survey;
  /** Names a record of the batch under way, by its offset. */
  readonly placeOf: (offset: number) => string;
}

/**
 * Judges batches as the stage does, by the same memo, but writes nothing: what is judged goes into the
 * survey. The memo is left with answers, which are few; who talks to whom is kept by the number of a record.
 */
export function createSurveyJudge(options: SurveyJudgeOptions): BatchJudge {
  const { index, against, config, bareSchema, survey, placeOf } = options;
  const { input, output, policies, limits } = config;
  const seen = new Seen(options, new Sightings(limits));
  const { policyHash } = index;
  const maker = { policySet: policies.set, policyHash, evaluator: `rehearsal/${VERSION}` };
  const processor = new RecordProcessor((flow) => seen.judge(flow), {
    maker,
    timeClassOf: timeClassesOfBoth(index, against),
    format: input.format,
    bareSchema,
    member: output.member,
    writer: seen,
    limits,
    cells: null,
  });
  const onlooker: Onlooker = (number, volume, offset) =>
    survey.add(seen.sightingOf(number), volume, () => placeOf(offset));
  const unwrap = input.unwrap ?? null;
  return createBatchJudge(processor, { maker, limits, unwrap, contentType: null, onlooker });
}

/** Remembers the sighting of each record that the memo knows. What is written is never looked at. */
class Seen implements RecordWriter {
  readonly #index: PolicyIndex;
  readonly #against: PolicyIndex | null;
  readonly #sightings: Sightings;
  /** By number of the record: as many as the memo may hold. */
  readonly #byNumber: Sighting[] = [];
  /** Of the record that was just judged; `null` = the memo knew it. */
  #fresh: Sighting | null = null;

  constructor(
    { index, against }: Pick<SurveyJudgeOptions, 'index' | 'against'>,
    sightings: Sightings,
  ) {
    this.#index = index;
    this.#against = against;
    this.#sightings = sightings;
  }

  /** The evaluation without what the sighting has: the memo is to be small. */
  judge(flow: Flow): FlowEvaluation {
    const evaluation = judge(this.#index, flow);
    const before = this.#against === null ? null : judge(this.#against, flow);
    this.#fresh = this.#sightings.of(flow, evaluation, before);
    return { ...evaluation, pending: [], decidedBy: null, flippedBy: [], solos: [] };
  }

  sightingOf(number: number): Sighting {
    const sighting = this.#fresh ?? this.#byNumber[number];
    assert(sighting !== undefined, 'a record that nobody judged');
    if (this.#fresh !== null && number >= 0) this.#byNumber[number] = this.#fresh;
    this.#fresh = null;
    return sighting;
  }

  encode(evaluation: FlowEvaluation): Enrichment {
    return { pending: NOTHING, evaluation: Buffer.from(JSON.stringify(evaluation)), stampAt: 0 };
  }

  write(): Buffer {
    return NOTHING;
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
