import { formatSelector } from '../../src/policy/selector/format.ts';
import { matches } from '../../src/policy/selector/interpret.ts';
import { parseSelector } from '../../src/policy/selector/parser.ts';
import { prefixKeys } from '../../src/policy/selector/rewrite.ts';
import { conformanceRows } from '../support/conformance.ts';
import { checkRows, type FileResult } from './file-result.ts';

/** A selector's text, and what Calico's own parser makes of it. */
export interface SelectorRow {
  readonly id?: string;
  readonly selector: string;
  readonly valid: boolean;
  readonly canonical?: string;
  readonly prefixed?: string;
  readonly evaluations?: readonly SelectorEvaluation[];
}

interface SelectorEvaluation {
  readonly labels: Readonly<Record<string, string>>;
  readonly matches: boolean;
}

/** Compares what we make of every selector with what Calico makes of it. */
export function checkSelectors(): FileResult {
  return checkRows(selectorRows(), {
    name: (row, index) => row.id ?? String(index),
    expected: (row) => ({ ...row, id: undefined }),
    actual: answerSelector,
  });
}

export function selectorRows(): readonly SelectorRow[] {
  return conformanceRows<SelectorRow>('selectors');
}

/** The row as we would have written it. */
export function answerSelector({
  selector: text,
  prefixed,
  evaluations,
}: SelectorRow): SelectorRow {
  const selector = parseSelector(text);
  if (selector.kind === 'error') return { selector: text, valid: false };
  return {
    selector: text,
    valid: true,
    canonical: formatSelector(selector),
    ...(prefixed === undefined ? {} : { prefixed: formatSelector(prefixKeys(selector, 'pcns.')) }),
    ...(evaluations === undefined
      ? {}
      : {
          evaluations: evaluations.map(({ labels }) => {
            const map = new Map(Object.entries(labels));
            return { labels, matches: matches(selector, (key) => map.get(key)) };
          }),
        }),
  };
}
