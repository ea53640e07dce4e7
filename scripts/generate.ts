// Writes every generated file anew; with `--check` it writes nothing and fails where one differs.
import { readFileSync, writeFileSync } from 'node:fs';
import { configJsonSchema } from '../src/commands/config/json-schema.ts';
import { settingRowsModule } from '../src/commands/config/make-setting-rows.ts';
import { canonicalSchemaText } from '../src/flow/avro/canonical-schema.ts';
import { previewJsonSchema } from '../src/report/schema.ts';
import { dashboardJson } from './dashboard.ts';
import { readmeText } from './readme.ts';
import { recordCoreModule } from './record-core.ts';
import { alertTestsYaml } from './rules-test.ts';

const generated: Readonly<Record<string, () => string | Promise<string>>> = {
  'schemas/config.schema.json': configJsonSchema,
  'schemas/flow-record.avsc': canonicalSchemaText,
  'schemas/preview.schema.json': previewJsonSchema,
  'monitoring/dashboard.json': dashboardJson,
  'monitoring/rules.test.yaml': alertTestsYaml,
  'README.md': readmeText,
  'src/commands/config/setting-rows.ts': settingRowsModule,
  'src/flow/dialects/record-core-module.ts': recordCoreModule,
};

const isCheck = process.argv.includes('--check');
const stale: string[] = [];
for (const [path, text] of Object.entries(generated)) {
  const url = new URL(`../${path}`, import.meta.url);
  // One after the other: there are few, and each is soon made.
  const wanted = await text();
  if (current(url) === wanted) continue;
  if (!isCheck) writeFileSync(url, wanted);
  stale.push(path);
}
for (const path of stale) {
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
