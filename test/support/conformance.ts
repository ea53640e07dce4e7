import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The rows of a file of `test/cases/conformance`, one JSON value a line. */
export function conformanceRows<Row>(name: string): Row[] {
  const url = new URL(`../cases/conformance/${name}.ndjson.gz`, import.meta.url);
  return gunzipSync(readFileSync(url))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}
