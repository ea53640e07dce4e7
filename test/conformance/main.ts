// Runs all of the conformance data and prints, for each file, how many of how many rows pass. Exit 1
// if any does not. `--oracle` has the slow evaluator answer the worlds, instead of the compiled index;
// `--failures N` prints the first N failures of each file.
import { parseArgs } from 'node:util';
import { checkAdmission } from './check-admission.ts';
import { checkHits } from './check-hits.ts';
import { checkScale } from './check-scale.ts';
import { checkSelectors } from './check-selectors.ts';
import { checkWorlds } from './check-worlds.ts';
import type { FileResult } from './file-result.ts';
import { indexJudge } from './index-judge.ts';
import { oracleJudge } from './oracle-judge.ts';
import { scaleWorlds } from './scale-rows.ts';
import { worldFiles } from './world-rows.ts';

const { values: options } = parseArgs({
  options: {
    oracle: { type: 'boolean', default: false },
    failures: { type: 'string', default: '3' },
  },
});

const judge = options.oracle ? oracleJudge : indexJudge;
const checks: (readonly [name: string, check: () => FileResult])[] = [
  ['selectors', checkSelectors],
  ['hits', checkHits],
  ['invalid', checkAdmission],
];
for (const file of worldFiles) {
  for (const mode of ['calico', 'enforcement'] as const) {
    checks.push([`${file}, ${mode} mode`, () => checkWorlds(file, mode, judge)]);
  }
}
// The slow evaluator would take hours.
for (const policies of options.oracle ? [] : scaleWorlds) {
  checks.push([`scale/${policies}, calico mode`, () => checkScale(policies, judge)]);
}

for (const [name, check] of checks) {
  const { total, failures } = check();
  const counts = `${total - failures.length} of ${total}`.padStart(16);
  console.log(`${counts}  ${name}${failures.length === 0 ? '' : '  FAILED'}`);
  for (const failure of failures.slice(0, Number(options.failures))) {
    console.log(`    ${failure.row}`);
    console.log(`      expected ${JSON.stringify(failure.expected)}`);
    console.log(`      actual   ${JSON.stringify(failure.actual)}`);
  }
  if (failures.length > 0) process.exitCode = 1;
}
