import type { PolicyMode } from '../../src/policy/actions.ts';
import type { PolicyScope } from '../../src/policy/evaluator/facts.ts';
import { formatHit } from '../../src/policy/hit-text.ts';
import { compileIndex } from '../../src/policy/index/compile.ts';
import type { Resources } from '../../src/policy/resources/model.ts';
import type { Question } from '../oracle/evaluate.ts';

/** Answers whole connections by the compiled index: the trace, and the verdict at its end. */
export function answerer(
  resources: Resources,
  mode: PolicyMode = 'enforcement',
): (question: Omit<Question, 'scope'>, scope: PolicyScope) => readonly string[] {
  const index = compileIndex(resources, { mode, onInvalid: 'refuse', icmpFromPort: true });
  return ({ direction, connection }, scope) => {
    const { source, destination, protocol, sourcePort, destPort } = connection;
    const answer = index.evaluate(
      {
        direction,
        protocol,
        sourcePort,
        destPort,
        icmpType: -1,
        icmpCode: -1,
        source: index.ofAddress(source),
        destination: index.ofAddress(destination),
      },
      scope,
      'assuming',
    );
    if (answer.status !== 'decided') return [answer.status];
    return [...answer.trace.map((hit) => formatHit(hit)), answer.verdict];
  };
}
