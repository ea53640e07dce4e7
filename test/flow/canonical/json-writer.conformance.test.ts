import { describe, expect, test } from 'vitest';
import { CanonicalJsonWriter } from '../../../src/flow/canonical/json-writer.ts';
import { limits } from '../../../src/stage/limits.ts';
import { aReader, flowOf, written } from '../dialects/support/reading.ts';
import { calicoDialects, recordLines } from '../dialects/support/records.ts';

const writer = new CanonicalJsonWriter({ member: 'evaluation', limits });
const options = { reader: aReader() };

describe.each(calicoDialects)('a record of Calico: %s', (dialect) => {
  const lines = recordLines(dialect).map((line) => ({
    line,
    once: written(line, writer, options),
  }));

  test('tells of the same flow once it is converted, so that every answer is the same', () => {
    for (const { line, once } of lines)
      expect(flowOf(once, options)).toEqual(flowOf(line, options));
  });

  test('is the same after a second conversion', () => {
    for (const { once } of lines) expect(written(once, writer, options)).toBe(once);
  });
});
