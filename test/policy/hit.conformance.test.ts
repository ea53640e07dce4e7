// Every hit of the conformance data, with the parsed and the printed forms of Calico's own code.
import { describe, expect, test } from 'vitest';
import { decodeHit, encodeHit } from '../../src/policy/hit-json.ts';
import { parseHit } from '../../src/policy/hit-text.ts';
import { checkHits, grammarOfRow, hitRows } from '../conformance/check-hits.ts';

describe('conformance of hits', () => {
  test('validity, JSON and texts are those of Calico', () => {
    const { total, failures } = checkHits();
    expect(total).toBe(788);
    expect(failures).toEqual([]);
  });

  test.each(['whisker', 'goldmane-go', 'goldmane-protojson'] as const)(
    'a hit survives %s',
    (encoding) => {
      const hits = hitRows().map((row) => parseHit(row.hit, grammarOfRow(row)));
      for (const hit of hits) {
        if ('message' in hit) continue;
        expect(decodeHit(JSON.parse(JSON.stringify(encodeHit(hit, encoding))))).toEqual(hit);
      }
    },
  );
});
