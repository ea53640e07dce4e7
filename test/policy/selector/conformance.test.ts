// Every selector text of the conformance data, with the answers of Calico's own parser.
import { describe, expect, test } from 'vitest';
import { answerSelector, checkSelectors, selectorRows } from '../../conformance/check-selectors.ts';

describe('conformance of selectors', () => {
  test('validity, canonical and prefixed texts and answers are those of Calico', () => {
    const { total, failures } = checkSelectors();
    expect(total).toBe(3019);
    expect(failures).toEqual([]);
  });

  test('canonical texts mean the same when they are read again', () => {
    const answers = selectorRows().map(answerSelector);
    const wrong = answers.filter(({ valid, canonical = '', evaluations }) => {
      const again = answerSelector({
        selector: canonical,
        valid,
        ...(evaluations && { evaluations }),
      });
      return valid && JSON.stringify(again.evaluations) !== JSON.stringify(evaluations);
    });
    expect(wrong).toEqual([]);
  });
});
