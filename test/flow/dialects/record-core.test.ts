import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Field, FIELD_COUNT, judgedParts } from '../../../src/flow/dialects/fields.ts';
import { JsonScanner } from '../../../src/flow/dialects/json-scanner.ts';
import { layoutsOf } from '../../../src/flow/dialects/layout.ts';
import { RecordCore } from '../../../src/flow/dialects/record-core.ts';
import { shapeOf } from '../../../src/flow/dialects/shape.ts';
import type { Shape } from '../../../src/flow/dialects/shape.ts';
import { dialects } from '../../../src/flow/dialects/table.ts';
import { limits } from '../../../src/stage/limits.ts';
import { objectText, stringText, valueText, writingsOf } from './support/json-text.ts';
import type { MemberText } from './support/json-text.ts';
import { recordLines } from './support/records.ts';

const room = { roomBytes: 1024 * 1024, answerBytes: 0 };

const shape = shapeOf(
  new Map([
    ['policies', ['a']],
    ['pending', ['a', 'b']],
    ['enforced', ['a', 'bb', 'c']],
    ['action', ['d']],
    ['sourceName', ['a name of more than sixteen']],
    ['destName', ['a name of more than sixteeN']],
  ]),
);

/** A core and the other scanner, told apart by nothing but their speed. */
function pair(wanted: Shape = shape, bounds: Partial<typeof limits> = {}) {
  const core = new RecordCore({ ...limits, ...bounds }, room);
  const scanner = new JsonScanner({ ...limits, ...bounds });
  const address = core.addShape(wanted) ?? Number.NaN;
  return (bytes: Buffer) => {
    core.place(bytes);
    const outcome = core.scan(address);
    const failure = scanner.scan(bytes, wanted);
    const otherFields = failure === null ? [...scanner.offsets] : null;
    // An odd record is left to the other scanner.
    return { outcome, fields: outcome === 'odd' ? otherFields : [...core.offsets], otherFields };
  };
}

describe('a scan', () => {
  const known = ['a', 'b', 'bb', 'c', 'd', 'a name of more than sixteen'].map((name) =>
    writingsOf(name),
  );
  const member = (value: fc.Arbitrary<string>): fc.Arbitrary<MemberText> =>
    fc.tuple(fc.oneof(...known, stringText), value);
  const objectOf = (value: fc.Arbitrary<string>) =>
    fc.array(member(value), { maxLength: 5 }).chain(objectText);
  const nested = objectOf(fc.oneof(valueText, objectOf(fc.oneof(valueText, objectOf(valueText)))));

  test('finds what the other scanner finds, or leaves the record to it', () => {
    const scanned = pair();
    fc.assert(
      fc.property(nested, (text) => {
        const { outcome, fields, otherFields } = scanned(Buffer.from(text));
        expect(fields).toEqual(otherFields);
        expect(outcome === 'odd').toBe(text.includes('\\'));
      }),
      { numRuns: 2000 },
    );
  });

  test('never takes bytes for a record that the other refuses', () => {
    const scanned = pair(shape, { recordDepth: 4, listItems: 3, mapMembers: 4, textBytes: 20 });
    const bytes = fc.tuple(nested, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }));
    fc.assert(
      fc.property(bytes, fc.nat(), ([text, changes], cut) => {
        const record = Buffer.from(text);
        for (const [at, byte] of changes) record[at % record.length] = byte;
        const part = cut % 4 === 0 ? record.subarray(0, cut % record.length) : record;
        const { fields, otherFields } = scanned(part);
        expect(fields).toEqual(otherFields);
      }),
      { numRuns: 5000 },
    );
  });

  test.each(['goldmane-go', 'whisker'] as const)('leaves no record of Calico out: %s', (name) => {
    const layouts = layoutsOf(dialects, { member: 'evaluation', isGuessed: true });
    const layout = layouts.find(({ dialect }) => dialect.name === name);
    const scanned = pair(layout?.shape);
    for (const line of recordLines(name)) {
      const { outcome, fields, otherFields } = scanned(Buffer.from(line));
      expect(outcome).toBe('ascii');
      expect(fields).toEqual(otherFields);
    }
  });

  test.each([
    ['{"d":"\u00e9"}', 'not-ascii'],
    ['{"d":"sixteen characters and \u{1f600}"}', 'not-ascii'],
    [String.raw`{"d":"\n"}`, 'odd'],
    ['{"d":1}x', 'odd'],
    ['[1]', 'odd'],
    ['', 'odd'],
    ['{"d":nul}', 'odd'],
    ['{"d":falsy}', 'odd'],
    ['{"d":01}', 'odd'],
    ['{"d":-}', 'odd'],
    ['{"d":1e}', 'odd'],
    ['{"d":"', 'odd'],
  ])('of %j is %s', (text, outcome) => {
    expect(pair()(Buffer.from(text)).outcome).toBe(outcome);
  });

  test('sees nothing of the record before it', () => {
    const scanned = pair();
    scanned(Buffer.from('{"d":1,"x":[1,2,3]}'));
    expect(scanned(Buffer.from('{"d":1')).outcome).toBe('odd');
    expect(scanned(Buffer.from('{"a":2}')).fields?.[2 * Field.action]).toBe(-1);
  });

  test('of a shape with a long name is left to the other', () => {
    const long = shapeOf(new Map([['action', ['n'.repeat(64)]]]));
    expect(new RecordCore(limits, room).addShape(long)).toBeNull();
  });
});

/** Offsets of a record whose fields are these texts, one after the other. */
function placed(core: RecordCore, texts: readonly (string | null)[]) {
  const fields = [...judgedParts.source, ...judgedParts.destination, ...judgedParts.rest];
  core.place(Buffer.from(texts.join('')));
  core.offsets.fill(-1);
  let at = 0;
  for (const [i, name] of fields.entries()) {
    const text = texts[i] ?? null;
    if (text === null) continue;
    core.offsets[2 * Field[name]] = at;
    at += Buffer.byteLength(text);
    core.offsets[2 * Field[name] + 1] = at;
  }
}

describe('a number', () => {
  const text = fc.oneof(fc.constant(null), fc.string({ minLength: 1, maxLength: 40 }));
  const few = fc.constantFrom('a', 'b', 'ab', 'a'.repeat(16), 'a'.repeat(17), null);
  const record = fc.tuple(fc.array(fc.oneof(few, text), { maxLength: 25 }), fc.nat(2), fc.nat(2));

  test('is the same for the same fields, and another for others', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 30 }), (records) => {
        const core = new RecordCore(limits, room);
        const numbers = new Map<string, number>();
        for (const [texts, timeClass, form] of [...records, ...records]) {
          placed(core, texts);
          const present = texts.findLastIndex((entry) => entry !== null) + 1;
          const key = JSON.stringify([texts.slice(0, present), timeClass, form]);
          const number = core.numberOf(core.lists, timeClass, form);
          expect(number).toBe(numbers.get(key) ?? numbers.size);
          numbers.set(key, number);
        }
      }),
    );
  });

  test('is given to as many as there is room for, and then begins anew', () => {
    const core = new RecordCore(limits, room);
    let count = 0;
    for (; count < 100_000; count += 1) {
      placed(core, [`name-${count}`, 'namespace']);
      if (core.numberOf(core.lists, 0, 0) !== count) break;
    }
    expect(count).toBeGreaterThan(4000);
    expect(core.numberOf(core.lists, 0, 0)).toBe(-1);
    core.forgetAll();
    expect(core.numberOf(core.lists, 0, 0)).toBe(0);
  });

  test('is given to none where there is no room at all', () => {
    const core = new RecordCore(limits, { roomBytes: 1, answerBytes: 0 });
    placed(core, ['name', 'namespace']);
    expect(core.numberOf(core.lists, 0, 0)).toBe(-1);
  });

  test('has room for fields in the numbers that are written over', () => {
    expect(8 * FIELD_COUNT).toBeLessThanOrEqual(1024);
    for (const part of Object.values(judgedParts)) expect(part.length).toBeLessThanOrEqual(63);
  });
});
