import { stringify } from 'yaml';

import { decodeResources } from '../../../src/policy/resources/decode.ts';
import { readDocuments } from '../../../src/policy/resources/documents.ts';
import type { Selector } from '../../../src/policy/selector/ast.ts';
import { formatSelector } from '../../../src/policy/selector/format.ts';
import { matches } from '../../../src/policy/selector/interpret.ts';
import { parseSelector } from '../../../src/policy/selector/parser.ts';
import { selectorRows } from '../../conformance/check-selectors.ts';
import { conformanceRows } from '../conformance.ts';
import { demand } from './demand.ts';
import type { FuzzTarget } from './fuzz.ts';

const selectors: FuzzTarget = {
  name: 'selectors',
  share: 4,
  seeds: selectorRows()
    .map(({ selector }) => Buffer.from(selector))
    .filter(({ length }) => length < 300),
  outcomeOf: (bytes) => {
    const selector = parseSelector(bytes.toString());
    if (selector.kind === 'error') {
      demand(selector.column > 0, 'an error has a column');
      return 'refused';
    }
    const again = parseSelector(formatSelector(selector));
    demand(again.kind !== 'error', 'what was printed is read back');
    for (const value of ['', 'web', undefined]) {
      const means = (one: Selector): boolean => matches(one, () => value);
      demand(means(again) === means(selector), 'what was printed means the same');
    }
    return 'read';
  },
};

const objects = conformanceRows<{ readonly object: object }>('invalid')
  .map(({ object }) => object)
  .filter((object) => JSON.stringify(object).length < 600)
  .slice(0, 300);

const json: FuzzTarget = {
  name: 'policies in JSON',
  share: 4,
  seeds: objects.map((object) => Buffer.from(JSON.stringify(object))),
  outcomeOf: (bytes) => documentOutcome(bytes, 'p.json'),
};

const yaml: FuzzTarget = {
  name: 'policies in YAML',
  seeds: objects.map((object) => Buffer.from(stringify(object))),
  outcomeOf: (bytes) => documentOutcome(bytes, 'p.yaml'),
};

/** What reads what people write. */
export const policyTargets: readonly FuzzTarget[] = [selectors, json, yaml];

function documentOutcome(bytes: Buffer, file: string): string {
  const { documents, problems } = readDocuments(bytes.toString(), file);
  const resources = decodeResources(documents, { mode: 'enforcement' });
  const all = [...problems, ...resources.problems];
  for (const { position, message } of all) {
    demand(position.line > 0 && position.column > 0 && message !== '', 'a problem has a place');
  }
  const isRefused = all.some(({ severity }) => severity === 'error');
  if (documents.length === 0) return isRefused ? 'no document' : 'nothing';
  const isRejected = resources.policies.some(({ state }) => state === 'rejected');
  demand(isRefused || !isRejected, 'what is rejected has an error');
  return isRefused ? 'refused' : 'read';
}
