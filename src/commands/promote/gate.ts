import type { AvroSchema } from '../../flow/avro/avro-schema.ts';
import type { PolicyRef } from '../../policy/hit.ts';
import type { Policy } from '../../policy/resources/model.ts';
import { assert } from '../../std/assert.ts';
import { CodedError } from '../../std/coded-error.ts';
import { VERSION } from '../../std/version.ts';
import type { Config } from '../config/schema.ts';
import { judgeRecords, type UnreadableRecord } from '../evaluate/judge-records.ts';
import { liveOnLittleMemory } from '../evaluate/little-memory.ts';
import { openRecords } from '../evaluate/open-records.ts';
import { compileDocuments, type PolicyFiles } from '../policy-files.ts';
import { createJudge } from '../run/judge.ts';
import type { Surroundings } from '../surroundings.ts';
import { formatReference } from './policy-names.ts';
import type { Promotion } from './promotion.ts';
import { Evidence } from './safety.ts';

export interface GateOptions {
  readonly config: Config;
  readonly bareSchema: AvroSchema | null;
  /** Files of flow records, `-` being stdin. */
  readonly flows: readonly string[];
  readonly surroundings: Surroundings;
}

/**
 * Asks the flows of each promotion in turn whether it is safe as the next one, after all before it: why
 * not, a sentence each (contract 3). Order can matter, and some of many may deny what neither one nor all do.
 * @throws CodedError `usage/flows`, `input/unreadable`
 */
export async function objectionsTo(
  promotions: readonly Promotion[],
  files: PolicyFiles,
  options: GateOptions,
): Promise<readonly string[]> {
  if (promotions.length > 1 && options.flows.includes('-')) {
    throw new CodedError(
      'usage/flows',
      '`--flows -` can be read once, but each promotion reads the flows anew: write them to a file',
    );
  }
  liveOnLittleMemory();
  const found: string[] = [];
  let before = files;
  for (const [place, { policy, documents }] of promotions.entries()) {
    const where = place === 0 ? '' : ` after ${place === 1 ? 'the one' : `the ${place}`} before it`;
    const texts = await askFlows(policy, before, options);
    found.push(...texts.map((text) => `${formatReference(policy)}${where}: ${text}`));
    if (place < promotions.length - 1) {
      before = compileDocuments(documents, options.config.policies);
    }
  }
  return found;
}

async function askFlows(
  policy: Policy,
  { index }: PolicyFiles,
  { config, bareSchema, flows, surroundings }: GateOptions,
): Promise<readonly string[]> {
  const ref = refOf(policy, index);
  const evidence = new Evidence(ref);
  const judge = createJudge(index, config, {
    version: VERSION,
    cells: evidence,
    bareSchema,
    observe: (_flow, evaluation) => evidence.observe(evaluation),
  });
  const nowMs = surroundings.clock.nowMs();
  const unreadable = new Unread();
  for (const path of flows) {
    for await (const group of openRecords(path, surroundings, config)) {
      const judged = judgeRecords(group, { judge, path, nowMs });
      evidence.addTally(judged.tally);
      unreadable.add(judged.unreadable);
    }
  }
  return [...evidence.objections(ref, index), ...unreadable.objections()];
}

function refOf({ kind, namespace, name }: Policy, index: PolicyFiles['index']): PolicyRef {
  const ref = index.policyNamed(kind, namespace, name);
  assert(ref !== null, 'a policy that was read is not in the index');
  return ref;
}

/** Records that nobody could read: what they say of the policy nobody knows. */
class Unread {
  #count = 0;
  #first: UnreadableRecord | null = null;

  add(records: readonly UnreadableRecord[]): void {
    this.#count += records.length;
    this.#first ??= records[0] ?? null;
  }

  objections(): readonly string[] {
    if (this.#first === null) return [];
    const { source, message } = this.#first;
    return [
      `${this.#count === 1 ? 'a record' : `${this.#count} records`} cannot be read, ${message} (first: ${source})`,
    ];
  }
}
