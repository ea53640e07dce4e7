// Writes every generated file anew; with `--check` it writes nothing and fails where one differs.
import { readFileSync, writeFileSync } from 'node:fs';
import { configJsonSchema } from '../src/commands/config/json-schema.ts';
import { dashboardJson } from './dashboard.ts';
import { readmeText } from './readme.ts';

const generated: Readonly<Record<string, () => string>> = {
  'schemas/config.schema.json': configJsonSchema,
  'monitoring/dashboard.json': dashboardJson,
  'README.md': readmeText,
};

const isCheck = process.argv.includes('--check');
const stale = Object.entries(generated).filter(([path, text]) => {
  const url = new URL(`../${path}`, import.meta.url);
  const wanted = text();
  if (current(url) === wanted) return false;
  if (!isCheck) writeFileSync(url, wanted);
  return true;
});
for (const [path] of stale) {
  console.error(isCheck ? `${path} differs: run \`npm run generate\`` : `wrote ${path}`);
}
process.exit(isCheck && stale.length > 0 ? 1 : 0);

function current(url: URL): string {
  try {
    return readFileSync(url, 'utf8');
  } catch {
    return '';
  }
}
