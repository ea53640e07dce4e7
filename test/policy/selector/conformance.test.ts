// Every selector text of the conformance data, with the answers of Calico's own parser.
import { describe, expect, test } from 'vitest';
import type { Selector } from '../../../src/policy/selector/ast.ts';
import { formatSelector } from '../../../src/policy/selector/format.ts';
import { matches } from '../../../src/policy/selector/interpret.ts';
import { parseSelector } from '../../../src/policy/selector/parser.ts';
import { prefixKeys } from '../../../src/policy/selector/rewrite.ts';
import { conformanceRows } from '../../support/conformance.ts';

interface Row {
  readonly id?: string;
  readonly selector: string;
  readonly valid: boolean;
  readonly canonical?: string;
  readonly prefixed?: string;
  readonly evaluations?: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly matches: boolean;
  }[];
}

interface Answer {
  readonly canonical: string;
  readonly prefixed: string;
  readonly matches: readonly boolean[];
}

const rows = conformanceRows<Row>('selectors');
const valid = rows.filter((row) => row.valid);

describe('conformance of selectors', () => {
  test('all rows are there', () => {
    expect(rows).toHaveLength(3019);
    expect(valid).toHaveLength(2013);
  });

  test('what Calico takes, and nothing else, is valid', () => {
    const wrong = rows.filter(
      (row) => (parseSelector(row.selector).kind !== 'error') !== row.valid,
    );
    expect(wrong).toEqual([]);
  });

  test('canonical texts and answers are those of Calico', () => {
    const wrong = valid
      .map((row) => ({ row, answer: answer(row) }))
      .filter(({ row, answer: { canonical, prefixed, matches: verdicts } }) => {
        const expected = (row.evaluations ?? []).map((evaluation) => evaluation.matches);
        return (
          canonical !== row.canonical ||
          (row.prefixed !== undefined && prefixed !== row.prefixed) ||
          JSON.stringify(verdicts) !== JSON.stringify(expected)
        );
      });
    expect(wrong).toEqual([]);
  });

  test('canonical texts mean the same when they are read again', () => {
    const wrong = valid.filter((row) => {
      const again = { ...row, selector: formatSelector(parsed(row.selector)) };
      return JSON.stringify(answer(again).matches) !== JSON.stringify(answer(row).matches);
    });
    expect(wrong).toEqual([]);
  });
});

function answer(row: Row): Answer {
  const selector = parsed(row.selector);
  return {
    canonical: formatSelector(selector),
    prefixed: formatSelector(prefixKeys(selector, 'pcns.')),
    matches: (row.evaluations ?? []).map(({ labels }) => {
      const map = new Map(Object.entries(labels));
      return matches(selector, (key) => map.get(key));
    }),
  };
}

function parsed(text: string): Selector {
  const selector = parseSelector(text);
  if (selector.kind === 'error') throw new Error(`${text}: ${selector.message}`);
  return selector;
}
