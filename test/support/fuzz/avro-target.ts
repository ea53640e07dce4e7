import { deriveAvroSchema } from '../../../src/flow/avro/avro-schema.ts';
import { avscType } from '../../../src/flow/avro/avsc-type.ts';
import { canonicalSchema } from '../../../src/flow/avro/canonical-schema.ts';
import { CanonicalAvroWriter } from '../../../src/flow/canonical/avro-writer.ts';
import { deadLetterReasons } from '../../../src/flow/reasons.ts';
import { Arena, SlabPool } from '../../../src/stage/arena.ts';
import { limits } from '../../../src/stage/limits.ts';
import { aProcessor } from '../../stage/support/processing.ts';
import type { FuzzTarget } from './fuzz.ts';

const member = 'evaluation';
const { schemaTypes } = limits;
const schema = deriveAvroSchema(JSON.stringify(canonicalSchema), { member, schemaTypes });
if ('problem' in schema) throw new Error(schema.problem);
const type = avscType(canonicalSchema);
const arena = new Arena(new SlabPool());
const writer = new CanonicalAvroWriter({ member, limits });
const toAvro = aProcessor({ writer });
const ofAvro = aProcessor({ format: 'avro', bareSchema: schema });

/** Records in Avro: what is taken can be read by others, too, and what others cannot read is refused. */
export function avroTarget(lines: readonly string[]): FuzzTarget {
  return { name: 'Avro records', seeds: lines.map(inAvro), outcomeOf, share: 40 };
}

function inAvro(line: string): Buffer {
  const decision = toAvro.decide(Buffer.from(line), 'flows');
  if (decision.status !== 'decided') throw new Error(decision.message);
  return Buffer.from(toAvro.write(decision, arena));
}

function outcomeOf(bytes: Buffer): string {
  const before = Buffer.from(bytes);
  const decision = ofAvro.decide(bytes, 'flows');
  if (!bytes.equals(before)) throw new Error('the input was changed');
  if (decision.status !== 'decided') {
    if (!(decision.reason in deadLetterReasons)) throw new Error(`\`${decision.reason}\``);
    return decision.reason;
  }
  // Throws where the output is not what its schema says.
  type.fromBuffer(Buffer.from(ofAvro.write(decision, arena)));
  return 'judged';
}
