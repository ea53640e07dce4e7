// The stage as one would write it in an afternoon: stock kafkajs, JSON.parse, a Map of decisions,
// JSON.stringify. Its output is the stage's, byte for byte. Arguments:
// BOOTSTRAP INPUT OUTPUT COMPRESSION MANIFESTS NOW_MS
import { readFileSync } from 'node:fs';

import { compile, createProcessor, readResources } from '../../src/index.ts';
import { eachKafkajsBatch } from './stock-kafkajs.ts';

interface Evaluation {
  readonly change: string;
  readonly policy_set: string;
  readonly policy_hash: string;
  readonly evaluated_at: string;
}

interface FlowJson {
  Key: { policies: { pending_policies?: unknown } };
  source_labels?: readonly string[];
  dest_labels?: readonly string[];
  evaluation?: Evaluation;
}

interface Decision {
  readonly pending: unknown;
  readonly evaluation: Evaluation;
}

const [manifests = '', now = '0'] = process.argv.slice(6);
const { index } = compile(readResources(readFileSync(manifests, 'utf8'), manifests).documents);
if (index === null) throw new Error('the policies do not compile');
const processor = createProcessor(index, { evaluatedAtMs: Number(now) });
const decisions = new Map<string, Decision>();
const decisionsMax = 262_144;
const evaluated_at = new Date(Number(now)).toISOString();

await eachKafkajsBatch(process.argv.slice(2, 6), ({ batch }) =>
  batch.messages.map(({ key, value, timestamp, headers = {}, offset }) => {
    const bytes = value ?? Buffer.alloc(0);
    const flow = JSON.parse(bytes.toString()) as FlowJson;
    const { pending, evaluation } = decisionOn(flow, bytes);
    flow.Key.policies.pending_policies = pending;
    flow.evaluation = { ...evaluation, evaluated_at };
    return {
      key,
      value: JSON.stringify(flow),
      timestamp,
      headers: {
        ...headers,
        'flow-source': `${batch.topic}/${batch.partition}/${offset}`,
        'flow-verdict-change': evaluation.change,
        'policy-set': evaluation.policy_set,
        'policy-hash': evaluation.policy_hash,
      },
      partition: batch.partition,
    };
  }),
);

function decisionOn(flow: FlowJson, bytes: Buffer): Decision {
  const name = JSON.stringify([flow.Key, flow.source_labels, flow.dest_labels]);
  const known = decisions.get(name);
  if (known !== undefined) return known;
  const processed = processor.process(bytes);
  if (processed.status !== 'judged') throw new Error(processed.message);
  const judged = JSON.parse(Buffer.from(processed.value).toString()) as Required<FlowJson>;
  const { pending_policies: pending } = judged.Key.policies;
  const decision = { pending, evaluation: judged.evaluation };
  if (decisions.size === decisionsMax) decisions.clear();
  decisions.set(name, decision);
  return decision;
}
