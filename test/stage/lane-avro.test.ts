import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { avscType } from '../../src/flow/avro/avsc-type.ts';
import { canonicalSchema } from '../../src/flow/avro/canonical-schema.ts';
import type { AvroSchema } from '../../src/flow/avro/avro-schema.ts';
import type { InputRecord } from '../../src/stage/ports.ts';
import type { SchemaId } from '../../src/stage/writer-schemas.ts';
import { recordLines } from '../flow/dialects/support/records.ts';
import { badFields, flowOf, flowWith, listOf } from '../flow/avro/support/bad-fields.ts';
import { valuesOf, writerSchemas } from '../flow/avro/support/schemas.ts';
import type { Json } from '../flow/avro/support/schemas.ts';
import { mutated, randomFrom } from '../support/fuzz/mutate.ts';
import { expectToHold, seeds } from '../support/property.ts';
import {
  calicoTwins,
  framed,
  idHeader,
  numberOf,
  registryOf,
  schemaOf,
} from './support/avro-records.ts';
import { header } from './support/judging.ts';
import { expectCutsAlike, lanePair, recordsOf } from './support/lane-pair.ts';
import type { LanePair } from './support/lane-pair.ts';

const canonical = schemaOf(canonicalSchema);
const guid = '7b0e5c1a-0d3f-4a59-9b62-0f2f7c3f9d11';
const guidBytes = Buffer.from(`01${guid.replaceAll('-', '')}`, 'hex');
const poorSchema = { type: 'record', name: 'Poor', namespace: 'acme', fields: poorFields() };
const registry = registryOf(
  new Map<SchemaId, AvroSchema>([
    [7, canonical],
    [8, schemaOf(poorSchema)],
    [guid, canonical],
  ]),
  (id) => (id === 8 ? 1 : 300),
);
const twins = calicoTwins(400);
const bareOptions = { format: 'avro', bareSchema: canonical } as const;

/** Without traces and without a place for what we say. */
function poorFields(): readonly unknown[] {
  const { fields } = canonicalSchema as unknown as { fields: readonly { name: string }[] };
  return fields.filter(({ name }) => name !== 'policies' && name !== 'evaluation');
}

/** Judges the records twice, and returns how many the lane left to the host the second time. */
function leftSecondTime(
  { both, left }: LanePair,
  records: readonly InputRecord[],
  schemas: Parameters<LanePair['both']>[1] = null,
): number {
  both(records, schemas);
  const before = left();
  const [lane, host] = both(records, schemas);
  expect(lane).toEqual(host);
  return left() - before;
}

describe('Avro records whose decision is known are not left to the host', () => {
  test('without anything in front', () => {
    expect(leftSecondTime(lanePair({}, bareOptions), recordsOf(twins))).toBe(0);
  });

  test('of a container, whose schema changes from one to the next', () => {
    const pair = lanePair();
    for (const derived of [canonical, schemaOf(canonicalSchema)]) {
      const schemas = { ...registry, bare: derived };
      expect(leftSecondTime(pair, recordsOf(twins.slice(0, 50)), schemas)).toBe(0);
    }
  });

  test('behind the number of their schema, beside JSON and records of other schemas', () => {
    const poor = avscType(poorSchema);
    const rich = avscType(canonicalSchema);
    const values = twins
      .slice(0, 100)
      .flatMap((twin, i) => [
        framed(7, twin),
        framed(8, poor.toBuffer(rich.fromBuffer(twin))),
        Buffer.from(recordLines('goldmane-go')[i]!),
        Buffer.from(recordLines('whisker')[i]!),
      ]);
    expect(leftSecondTime(lanePair(), recordsOf(values), registry)).toBe(0);
  });

  test.each([
    ['a number', [idHeader(numberOf(7))]],
    ['a GUID', [idHeader(guidBytes)]],
    ['a number among others', [header('a', 'b'), idHeader(numberOf(7)), ['c', null] as const]],
    ['the last of several', [idHeader(numberOf(9)), header('a', 'b'), idHeader(guidBytes)]],
  ] as const)('named by %s in a header, once it was seen in the batch', (_name, headers) => {
    const records = recordsOf(twins.slice(0, 100)).map((record) => ({ ...record, headers }));
    expect(leftSecondTime(lanePair(), records, registry)).toBe(1);
  });

  test.each([
    ['blocks that say their size', listOf('int'), '0304040200'],
    ['numbers longer than they need be', 'long', 'ff80808000'],
    ['a number of ten bytes', 'long', 'feffffffffffffffff01'],
    ['the lowest number', 'long', 'ffffffffffffffffff01'],
    ['empty blocks', { type: 'map', values: 'string' }, '00'],
  ])('with %s', (_name, type, hex) => {
    const schemas = registryOf(new Map([[7, schemaOf(flowWith(type))]]));
    const records = recordsOf([framed(7, flowOf(Buffer.from(hex, 'hex')))]);
    const pair = lanePair();
    expect(leftSecondTime(pair, records, schemas)).toBe(0);
    expect(pair.both(records, schemas)[1].deadLetters).toEqual([]);
  });

  test('of an earlier pass', () => {
    const pair = lanePair({}, bareOptions);
    const type = avscType(canonicalSchema);
    const ours = twins.slice(0, 100).map((twin) => {
      const record = type.fromBuffer(twin) as { policies: { pending: unknown } };
      const { pending } = record.policies;
      const policies = { ...record.policies, pending_upstream: pending };
      return type.toBuffer({ ...record, policies, evaluation: anEarlier });
    });
    expect(leftSecondTime(pair, recordsOf(ours))).toBe(0);
  });
});

const anEarlier = {
  policy_set: 'main',
  policy_hash: '0123456789abcdef',
  evaluated_at: 1,
  evaluator: 'rehearsal/0.0.1',
  direction: 'Ingress',
  baseline: 'Allow',
  verdict: 'Allow',
  change: 'Unchanged',
  would_deny: false,
  decided_by: null,
  possible_verdicts: [],
  reasons: [],
  flip_cause: '',
  flipped_by: [],
  matches_upstream: null,
};

describe('Avro records leave the lane as they leave the host', () => {
  test.each([
    ['chunks of 3 records', { produceRecords: 3 }],
    ['chunks of 4,000 bytes', { produceBytes: 4000 }],
    ['outputs of 700 bytes', { outputRecordBytes: 700 }],
    ['records of 300 bytes', { recordBytes: 300 }],
    ['a memo that is soon full', { memoBytes: 200_000 }],
    ['few decisions', { memoDecisions: 7 }],
    ['no memo', { memoBytes: 0 }],
    ['texts of 10 bytes', { textBytes: 10 }],
    ['lists of one item', { listItems: 1 }],
    ['maps of one member', { mapMembers: 1 }],
    ['a depth of 3', { recordDepth: 3 }],
  ])('under limits: %s', (_name, changed) => {
    const { both } = lanePair(changed);
    const records = recordsOf(twins.slice(0, 120).map((twin) => framed(7, twin)));
    for (let pass = 0; pass < 2; pass += 1) {
      const [lane, host] = both(records, registry);
      expect(lane).toEqual(host);
    }
  });

  test.each([
    ['lines', { framing: 'lines' }],
    ['lines of what would change', { framing: 'lines', isChangedOnly: true }],
    ['records of what would change', { isChangedOnly: true }],
  ] as const)('as %s', (_name, how) => {
    const { both } = lanePair({}, { ...bareOptions, ...how });
    for (let pass = 0; pass < 2; pass += 1) {
      const [lane, host] = both(recordsOf(twins));
      expect(lane).toEqual(host);
      expect(lane.written.length).toBeGreaterThan(0);
    }
  });

  test('when a number comes to stand for another schema, or for none', () => {
    const { both } = lanePair();
    const records = recordsOf(twins.slice(0, 20).map((twin) => framed(7, twin)));
    const others = [registryOf(new Map([[7, canonical]]), () => 301), registryOf(new Map()), null];
    for (const schemas of [registry, ...others, registry]) {
      const [lane, host] = both(records, schemas);
      expect(lane).toEqual(host);
    }
  });

  test.each([
    ['headers of an earlier pass', [header('policy-set', 'old'), idHeader(numberOf(7))]],
    ['a header that names no schema', [idHeader(Buffer.from('7'))]],
    ['a header that names an unknown one', [idHeader(numberOf(9))]],
    ['a header without a value', [['__value_schema_id', null] as const]],
  ] as const)('with %s', (_name, headers) => {
    const { both } = lanePair();
    const values = twins.slice(0, 20).flatMap((twin) => [twin, framed(7, twin)]);
    const named = recordsOf(values).map((record, i) =>
      i % 3 === 0 ? record : { ...record, headers },
    );
    for (let pass = 0; pass < 2; pass += 1) {
      const [lane, host] = both(named, registry);
      expect(lane).toEqual(host);
    }
  });

  test.each(badFields)('with %s in a field', (_, type, bytes, reason) => {
    const schemas = registryOf(new Map([[7, schemaOf(flowWith(type))]]));
    const pair = lanePair();
    // Of most types zeros are a value, so that the lane has been told of the schema.
    const values = [Buffer.alloc(3), flowOf(bytes), Buffer.alloc(3)];
    const records = recordsOf(values.map((value) => framed(7, value)));
    const { deadLetters } = pair.both(records, schemas)[1];
    expect(deadLetters.map((letter) => letter.reason)).toContain(reason);
    expect(leftSecondTime(pair, records, schemas)).toBe(deadLetters.length);
  });

  test.each([7, Number(process.env['LANE_SEED'] ?? Date.now() % 2 ** 31)])(
    'damaged, of seed %i',
    (seed) => {
      const { both } = lanePair();
      const random = randomFrom(seed);
      const sound = twins.map((twin) => framed(7, twin));
      for (let batch = 0; batch < 60; batch += 1) {
        const values = Array.from({ length: 40 }, () => {
          const one = sound[Math.floor(random() * sound.length)]!;
          const kind = random();
          if (kind < 0.4) return one;
          if (kind < 0.5) return Buffer.concat([one.subarray(0, 5), mutated(twins, random)]);
          return kind < 0.98 ? mutated(sound, random) : null;
        });
        // The second time decisions are known.
        for (let pass = 0; pass < 2; pass += 1) {
          const [lane, host] = both(recordsOf(values), registry);
          expect(lane, `batch ${batch}`).toEqual(host);
        }
      }
    },
  );

  test('cut anywhere, whatever comes next', () => {
    expect.hasAssertions();
    expectCutsAlike(lanePair({}, bareOptions), twins[0]!);
  });

  test.each(seeds)('whatever their schema is (%s)', (_, seed) => {
    const cases = writerSchemas.chain((schema) =>
      fc.tuple(fc.constant(schema), fc.array(flowsOf(schema), { minLength: 1, maxLength: 8 })),
    );
    // One pair has room for the schemas of some runs.
    let pair = lanePair();
    let runs = 0;
    const property = fc.property(cases, ([schema, data]) => {
      if ((runs += 1) % 20 === 0) pair = lanePair();
      const random = randomFrom(runs);
      const schemas = registryOf(new Map([[7, schemaOf(schema)]]));
      const sound = recordsOf(data.map((datum) => framed(7, datum)));
      const refused = pair.both(sound, schemas)[1].deadLetters.length;
      expect(leftSecondTime(pair, sound, schemas)).toBe(refused);
      const damaged = recordsOf(data.map((datum) => framed(7, mutated([datum], random))));
      for (let pass = 0; pass < 2; pass += 1) {
        const [lane, host] = pair.both(damaged, schemas);
        expect(lane).toEqual(host);
      }
    });
    expectToHold(property, { seed, numRuns: 60 });
  });
});

/** Records of a schema: as Calico would fill the fields that are ours, anything in all others. */
function flowsOf(schema: Json): fc.Arbitrary<Buffer> {
  const type = avscType(schema);
  return fc.tuple(valuesOf(schema), fc.constantFrom(...twins)).map(([value, twin]) => {
    const { policies, evaluation } = value as Record<string, unknown>;
    const flow = avscType(canonicalSchema).fromBuffer(twin) as Record<string, unknown>;
    const ours = { ...flow, evaluation, policies: policies === null ? null : flow['policies'] };
    return type.toBuffer({ ...(value as object), ...ours });
  });
}
