// Prints the closing line of all test runs, `N passed, N failed`, from vitest's own reports, and
// exits with the status given: a gate that fell before its tests counts as one failure.
import { readdirSync, readFileSync } from 'node:fs';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly success: boolean;
}

const status = Number(process.argv[2] ?? '0');
const folder = new URL('../reports/', import.meta.url);
const reports = namesOf(folder).map(
  (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Report,
);
const passed = sumOf((report) => report.numPassedTests);
const failedTests = sumOf((report) => report.numFailedTests);
const isGood = status === 0 && reports.length > 0 && reports.every(({ success }) => success);
const failed = failedTests > 0 || isGood ? failedTests : 1;
console.log(`${passed} passed, ${failed} failed`);
process.exit(status === 0 && failed === 0 && passed > 0 ? 0 : 1);

function sumOf(count: (report: Report) => number): number {
  return reports.reduce((sum, report) => sum + count(report), 0);
}

function namesOf(url: URL): string[] {
  try {
    return readdirSync(url).filter((name) => name.endsWith('.json'));
  } catch {
    return [];
  }
}
