// Prints the closing line of a test run, `N passed, N failed`, from vitest's own report, and
// exits with the status given: a gate that fell before its tests counts as one failure.
import { existsSync, readFileSync } from 'node:fs';

const status = Number(process.argv[2] ?? '0');
const report = new URL('../reports/tests.json', import.meta.url);
const counts = existsSync(report)
  ? (JSON.parse(readFileSync(report, 'utf8')) as {
      numPassedTests: number;
      numFailedTests: number;
      numFailedTestSuites: number;
      success: boolean;
    })
  : { numPassedTests: 0, numFailedTests: 0, numFailedTestSuites: 0, success: false };
const passed = counts.numPassedTests;
const failedTests = counts.numFailedTests;
const failed = failedTests > 0 || (status === 0 && counts.success) ? failedTests : 1;
console.log(`${passed} passed, ${failed} failed`);
process.exit(status === 0 && failed === 0 && passed > 0 ? 0 : 1);
