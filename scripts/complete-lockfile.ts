// Completes package-lock.json with the platforms it leaves out. npm drops an optional package that
// the registry at hand does not serve, and `npm ci` then refuses the lockfile as out of step. An
// entry for another platform is never fetched here, it only has to be there. Run after `npm install`.
import { readFileSync, writeFileSync } from 'node:fs';
import { lockfilePath, missingPlatforms, type Lockfile } from './lockfile.ts';

const lockfile = JSON.parse(readFileSync(lockfilePath, 'utf8')) as Lockfile;
const missing = missingPlatforms(lockfile);
const packages = Object.entries({ ...lockfile.packages, ...missing }).toSorted(([a], [b]) =>
  a.localeCompare(b, 'en'),
);
const completed = { ...lockfile, packages: Object.fromEntries(packages) };
writeFileSync(lockfilePath, `${JSON.stringify(completed, null, 2)}\n`);
console.error(`${Object.keys(missing).length} packages of other platforms added`);
