import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CanonicalJsonWriter } from '../../../src/flow/canonical/json-writer.ts';
import { limits } from '../../../src/stage/limits.ts';
import { written } from '../dialects/support/reading.ts';
import type { ReadingOptions } from '../dialects/support/reading.ts';

const writer = new CanonicalJsonWriter({ member: 'evaluation', limits });

function converted(record: string, options: ReadingOptions = {}): string {
  return written(record, writer, options);
}

/** Members of what a record becomes, by `JSON.parse`. */
function membersOf(record: string): Record<string, unknown> {
  return JSON.parse(converted(record));
}

function flat(members: object): string {
  return JSON.stringify({ protocol: 'tcp', reporter: 'Src', ...members });
}

const folder = new URL('../../golden/', import.meta.url);
const files = readdirSync(new URL('canonical/', folder));

describe('a record of each dialect', () => {
  test.each(files)('becomes what is written by hand: %s', (file) => {
    const [, record = ''] = textOf(`records/${file}`).split(/\n--- \w+\n/);
    expect(`${converted(record)}\n`).toBe(textOf(`canonical/${file}`));
  });

  test.each(files)('becomes no other at a second pass: %s', (file) => {
    const record = textOf(`canonical/${file}`).trimEnd();
    expect(converted(record)).toBe(record);
    expect(converted(record, { format: 'canonical-json' })).toBe(record);
  });
});

describe('sizes', () => {
  test.each([
    ['9007199254740993', '9007199254740993'],
    ['"9007199254740993"', '9007199254740993'],
    ['9223372036854775807', '9223372036854775807'],
    ['-7', '-7'],
    ['1e3', '1000'],
    ['1.0', '1'],
    ['null', '0'],
  ])('keep every digit: %s', (text, expected) => {
    const record = `{"Key":{"source_name":"a"},"packets_in":${text},"bytes_out":${text}}`;
    expect(converted(record)).toContain(`"packets_in":${expected},`);
    expect(converted(record)).toContain(`"bytes_out":${expected},`);
  });

  test('of connections are left out where nothing is known of them', () => {
    expect(converted(flat({}))).not.toContain('num_connections');
  });
});

describe('what is not known', () => {
  test('is null or empty in the members of Whisker, so that it stays unknown', () => {
    expect(membersOf(flat({}))).toMatchObject({
      start_time: null,
      end_time: null,
      action: '',
      source_name: '',
      source_namespace: null,
      source_labels: null,
      dest_port: null,
      packets_in: 0,
    });
  });

  test.each([
    { reporter: 'Both' },
    { action: 'Log' },
    { action: 'Pass' },
    { protocol: 'carp' },
    { source_type: 'Cloud', source_name: 'a' },
  ])('of a fixed list of words stays as it is: %o', (members) => {
    expect(membersOf(flat(members))).toMatchObject(members);
  });
});

describe('times', () => {
  test.each([
    [1_787_000_000, '2026-08-17T20:53:20Z'],
    [1_787_000_000_250, '2026-08-17T20:53:20.250Z'],
    ['1787000000', '2026-08-17T20:53:20Z'],
    ['2026-08-17T22:53:20+02:00', '2026-08-17T20:53:20Z'],
    ['9999-12-31T23:59:59-12:00', '9999-12-31T23:59:59.999Z'],
    [0, null],
  ])('are RFC 3339: %s', (start_time, expected) => {
    expect(membersOf(flat({ start_time }))).toMatchObject({ start_time: expected });
  });
});

describe('labels', () => {
  test.each([
    ['', ''],
    [[], ''],
    ['b=2 | a=1', 'a=1 | b=2'],
    [['a=1', 'a=2'], 'a=2'],
    [{ labels: ['a=b=c'] }, 'a=b=c'],
    [{ a: 'b | c=d' }, { a: 'b | c=d' }],
    [
      { a: 'x |', b: 'y' },
      { a: 'x |', b: 'y' },
    ],
    [{ 'a=b': 'c' }, { 'a=b': 'c' }],
    [{ '': 'c' }, { '': 'c' }],
    [null, null],
  ])('are one sorted text wherever that says the same: %o', (source_labels, expected) => {
    expect(membersOf(flat({ source_labels }))).toMatchObject({ source_labels: expected });
  });
});

describe('addresses', () => {
  test('stay as many as they were, since a hundred may lack some', () => {
    const source_ips = Array.from({ length: 100 }, () => '10.0.0.1');
    expect(membersOf(flat({ source_ips }))).toMatchObject({ source_ips });
  });
});

describe('hits', () => {
  const unknown = {
    kind: 'KindUnspecified',
    name: '',
    namespace: '',
    tier: '',
    action: 'ActionUnspecified',
    policy_index: 0,
    rule_index: 0,
    trigger: null,
  };

  test.each([
    ['of a kind of a later Calico', { kind: 99, action: 1 }, { kind: '99', action: '1' }],
    ['of no known action', { kind: 'Profile', action: 'Log' }, { kind: 'Profile', action: 'Log' }],
    [
      'with an index that is none',
      { kind: 'Profile', action: 'Allow', rule_index: 0.5 },
      { action: 'Allow' },
    ],
    [
      'that end a tier for nobody',
      { kind: 'EndOfTier', action: 'Deny', rule_index: -1 },
      { kind: 'EndOfTier', action: 'Deny', rule_index: -1 },
    ],
    ['in no grammar', 'allowed by ops', { name: 'allowed by ops' }],
    ['that are nothing', null, {}],
  ])('stay unreadable %s', (_, hit, expected) => {
    const enforced = [{ ...unknown, ...expected }];
    const once = converted(flat({ policies: { enforced: [hit] } }));
    expect(JSON.parse(once)).toMatchObject({ policies: { enforced } });
    expect(converted(once)).toBe(once);
  });
});

describe('unknown members', () => {
  test.each([
    ['at the top', '"x":{"__proto__":1.50}', '{"x":{"__proto__":1.50}}'],
    ['called __proto__', '"__proto__":{"a":1}', '{"__proto__":{"a":1}}'],
    ['twice', '"x":1,"x":2', '{"x":1,"x":2}'],
    ['beyond any number', '"x":1E400,"y":-0', '{"x":1E400,"y":-0}'],
    ['over several lines', '"x":[1,\n2]', '{"x":[1, 2]}'],
    ['named like a member of the canonical form', '"bytes_in ":1', '{"bytes_in ":1}'],
    ['among the policies', '"policies":{"enforced":[],"x":1}', '{"policies":{"x":1}}'],
    ['that were kept before', '"extra":{"a":1},"b":2', '{"a":1,"b":2}'],
    ['that are no object of kept ones', '"extra":7', '{"extra":7}'],
    [
      'that do not fit',
      '"node":7,"dest_service_port":70000',
      '{"node":7,"dest_service_port":70000}',
    ],
    ['in a list that does not fit', '"dest_domains":["a",7]', '{"dest_domains":["a",7]}'],
  ])('are kept as they came: %s', (_, members, extra) => {
    const once = converted(`{"protocol":"tcp","reporter":"Src",${members}}`);
    expect(once).toContain(`,"extra":${extra},"evaluation":`);
    expect(converted(once)).toBe(once);
  });

  test('inside a wrapper are kept inside its name', () => {
    expect(
      converted('{"id":7,"flow":{"Key":{"source_name":"a","x":1},"bytes":2,"node":3}}'),
    ).toContain('"extra":{"id":7,"flow":{"Key":{"x":1},"bytes":2,"node":3}}');
  });

  test('of a known member that is there twice are those of both', () => {
    const record = '{"Key":{"x":1,"dest_service_port":1},"Key":{"source_name":"a","y":2}}';
    expect(converted(record)).toContain('"extra":{"Key":{"x":1},"Key":{"y":2}}');
    expect(converted(record)).not.toContain('dest_service_port');
  });
});

describe('our member', () => {
  test('has the name that is asked for', () => {
    const named = new CanonicalJsonWriter({ member: 'd"é', limits });
    expect(written(flat({}), named)).toContain(',"d\\"é":{"evaluated_at":');
  });

  test.each(['policies', 'packets_in', 'extra', 'flow_id'])('is not called %s', (member) => {
    expect(() => new CanonicalJsonWriter({ member, limits })).toThrow(/choose another name/);
  });
});

function textOf(path: string): string {
  return readFileSync(new URL(path, folder), 'utf8');
}
