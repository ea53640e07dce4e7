import { unreachable } from '../../std/assert.ts';
import { least, most, negate } from '../../std/kleene.ts';
import { MAYBE, NO, YES, type Ternary } from '../../std/ternary.ts';
import type { LabelTest, Selector } from './ast.ts';
import { matches } from './interpret.ts';

/** The text of a label; `null` = there is none, `undefined` = nobody knows. */
export type LabelLookup = (key: string) => string | null | undefined;

/** Whether labels fit a selector of which some are unknown. */
export function answerOf(selector: Selector, labelOf: LabelLookup): Ternary {
  if ('key' in selector) return testAnswer(selector, labelOf(selector.key));
  switch (selector.kind) {
    case 'not':
      return negate(answerOf(selector.operand, labelOf));
    case 'and':
      return selector.operands
        .map((operand) => answerOf(operand, labelOf))
        .reduce<Ternary>(least, YES);
    case 'or':
      return selector.operands
        .map((operand) => answerOf(operand, labelOf))
        .reduce<Ternary>(most, NO);
    case 'all':
    case 'global':
      return YES;
    default:
      return unreachable(selector);
  }
}

/**
 * The tests of labels that give a selector its answer: of what must hold together the first that does not, of
 * alternatives the first that does, and otherwise all of them.
 */
export function decisiveTests(selector: Selector, labelOf: LabelLookup): readonly LabelTest[] {
  if ('key' in selector) return [selector];
  switch (selector.kind) {
    case 'not':
      return decisiveTests(selector.operand, labelOf);
    case 'and':
    case 'or': {
      const answer = answerOf(selector, labelOf);
      const isShared = answer === (selector.kind === 'and' ? YES : NO);
      const deciding = selector.operands.filter((one) => answerOf(one, labelOf) === answer);
      const told = isShared ? selector.operands : deciding.slice(0, 1);
      return told.flatMap((operand) => decisiveTests(operand, labelOf));
    }
    case 'all':
    case 'global':
      return [];
    default:
      return unreachable(selector);
  }
}

function testAnswer(test: LabelTest, label: string | null | undefined): Ternary {
  if (label !== undefined) return matches(test, () => label ?? undefined) ? YES : NO;
  if ('values' in test && test.values.length === 0) return test.kind === 'in' ? NO : YES;
  return MAYBE;
}
