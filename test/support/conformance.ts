import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The rows of a file of `test/cases/conformance`, one JSON value a line. */
export function conformanceRows<Row>(name: string): Row[] {
  return textOf(`${name}.ndjson.gz`)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}

/** The one JSON value of a file of `test/cases/conformance`. */
export function conformanceValue(name: string): unknown {
  return JSON.parse(textOf(`${name}.json.gz`));
}

function textOf(file: string): string {
  const url = new URL(`../cases/conformance/${file}`, import.meta.url);
  return gunzipSync(readFileSync(url)).toString('utf8');
}
