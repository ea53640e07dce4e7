import { describe, expect, test } from 'vitest';
import { evaluationText as E, pendingText as P, spliced } from './support/reading.ts';
import { calicoDialects, recordLines, type CalicoDialect } from './support/records.ts';

describe('where the two members go', () => {
  test.each([
    [
      'the pending list takes the place of the one that was there',
      '{"Key":{"source_name":"a","policies":{"pending_policies":[{"kind":1}],"x":1}},"end_time":2}',
      `{"Key":{"source_name":"a","policies":{"pending_policies":${P},"x":1}},"end_time":2,"evaluation":${E}}`,
    ],
    [
      'it ends the policies where there was none',
      '{"Key":{"source_name":"a","policies":{"enforced_policies":[]}}}',
      `{"Key":{"source_name":"a","policies":{"enforced_policies":[],"pending_policies":${P}}},"evaluation":${E}}`,
    ],
    [
      'it is alone in policies that were empty',
      '{"Key":{"source_name":"a","policies":{ \n }}}',
      `{"Key":{"source_name":"a","policies":{ \n "pending_policies":${P}}},"evaluation":${E}}`,
    ],
    [
      'policies are made where there were none',
      '{"Key":{"source_name":"a"}}',
      `{"Key":{"source_name":"a","policies":{"pending_policies":${P}}},"evaluation":${E}}`,
    ],
    [
      'policies that are null make way',
      '{"Key":{"policies":null,"source_name":"a"}}',
      `{"Key":{"policies":{"pending_policies":${P}},"source_name":"a"},"evaluation":${E}}`,
    ],
    [
      'under a wrapper the list stays inside and our member stays outside',
      '{"id":7,"flow":{"Key":{"dest_name":"a"}}}',
      `{"id":7,"flow":{"Key":{"dest_name":"a","policies":{"pending_policies":${P}}}},"evaluation":${E}}`,
    ],
    [
      'a pending list of null becomes a list',
      '{"policies":{"enforced":[],"pending":null}}',
      `{"policies":{"enforced":[],"pending":${P}},"evaluation":${E}}`,
    ],
    [
      'where both are new the list goes first',
      '{"protocol":"tcp","reporter":"Src"}',
      `{"protocol":"tcp","reporter":"Src","policies":{"pending":${P}},"evaluation":${E}}`,
    ],
    [
      'our member of an earlier pass makes way, even before the list',
      '{"evaluation":{"evaluator":"rehearsal/0.0.9","x":[1]},"policies":{"enforced":[]}}',
      `{"evaluation":${E},"policies":{"enforced":[],"pending":${P}}}`,
    ],
    [
      'our member of null makes way',
      '{"policies":{"enforced":[]},"evaluation":null}',
      `{"policies":{"enforced":[],"pending":${P}},"evaluation":${E}}`,
    ],
    [
      'of two lists the last one counts, and is the one replaced',
      '{"policies":{"enforced":[],"pending":[1],"pending":[2]}}',
      `{"policies":{"enforced":[],"pending":[1],"pending":${P}},"evaluation":${E}}`,
    ],
    [
      'of two objects of policies the last one counts, whatever the first one held',
      '{"policies":{"pending":[1]},"policies":{"enforced":[]}}',
      `{"policies":{"pending":[1]},"policies":{"enforced":[],"pending":${P}},"evaluation":${E}}`,
    ],
    [
      'a name with escapes is the same name',
      '{"\\u0070olicies":{"enforced":[],"p\\u0065nding":[]}}',
      `{"\\u0070olicies":{"enforced":[],"p\\u0065nding":${P}},"evaluation":${E}}`,
    ],
    [
      'white space around the record stays',
      '\n {"protocol":"tcp","reporter":"Src","policies":{"pending":[]} } \r\n',
      `\n {"protocol":"tcp","reporter":"Src","policies":{"pending":${P}} ,"evaluation":${E}} \r\n`,
    ],
  ])('%s', (_, record, expected) => {
    expect(spliced(record)).toBe(expected);
  });

  test('our member has the name that is asked for', () => {
    expect(spliced('{"policies":{"enforced":[],"pending":[]}}', { member: 'd"é' })).toBe(
      `{"policies":{"enforced":[],"pending":${P}},"d\\"é":${E}}`,
    );
  });

  test.each(['policies', 'flow', 'Key', 'start_time'])(
    'a name that a dialect has is refused: %s',
    (member) => {
      expect(() => spliced('{}', { member })).toThrow(/`output.member`.*choose another name/);
    },
  );
});

describe('a record of Calico', () => {
  const pendingNames = {
    'goldmane-go': 'pending_policies',
    'goldmane-protojson': 'pendingPolicies',
    whisker: 'pending',
  } as const satisfies Record<CalicoDialect, string>;

  test.each(calicoDialects)('is as it came but for the two members: %s', (dialect) => {
    const name = pendingNames[dialect];
    for (const line of recordLines(dialect)) {
      const before = new RegExp(`("${name}":)(\\[.*?\\]|null)(?=[,}])`);
      const expected = before.test(line)
        ? line.replace(before, (_, key: string) => key + P)
        : line.replace(/(?=}},"start_?[tT]ime")/, () => `,"${name}":${P}`);
      expect(spliced(line)).toBe(`${expected.slice(0, -1)},"evaluation":${E}}`);
    }
  });
});
