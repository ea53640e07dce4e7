import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The dialects in which there are records of Calico's own encoders. */
export const calicoDialects = ['goldmane-go', 'goldmane-protojson', 'whisker'] as const;

export type CalicoDialect = (typeof calicoDialects)[number];

/** Records as Calico's own encoders wrote them; line n is the same flow in every dialect. */
export function recordLines(dialect: CalicoDialect): string[] {
  const path = `../../../cases/conformance/records/${dialect}.ndjson.gz`;
  const text = gunzipSync(readFileSync(new URL(path, import.meta.url))).toString('utf8');
  return text.split('\n').filter((line) => line !== '');
}
