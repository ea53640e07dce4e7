import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** Records as Calico's own encoders wrote them; line n is the same flow in every dialect. */
export function recordLines(dialect: 'goldmane-go' | 'whisker'): string[] {
  const path = `../../../cases/conformance/records/${dialect}.ndjson.gz`;
  const text = gunzipSync(readFileSync(new URL(path, import.meta.url))).toString('utf8');
  return text.split('\n').filter((line) => line !== '');
}
