import type { Labels } from '../../policy/resources/model.ts';

/**
 * Whether the labels of a record may be those of a known endpoint. A record's labels are an intersection
 * over endpoints and time, so each of them must be on the endpoint; only a record of `one` endpoint
 * must also have all that the endpoint has. Labels a record does not give contradict nothing.
 */
export function labelsAgree(
  record: Labels | null,
  known: Labels,
  covers: 'one' | 'several',
): boolean {
  if (record === null) return true;
  for (const [key, value] of record) {
    if (!isInherited(key) && known.get(key) !== value) return false;
  }
  if (covers === 'several') return true;
  for (const key of known.keys()) {
    if (!isInherited(key) && !key.startsWith(CALICO_PREFIX) && !record.has(key)) return false;
  }
  return true;
}

/** Calico strips its own labels from some records and not from others (flow-records 1b-2, 10). */
const CALICO_PREFIX = 'projectcalico.org/';

/** Labels of the namespace and the service account are not the endpoint's own. */
function isInherited(key: string): boolean {
  return key.startsWith('pcns.') || key.startsWith('pcsa.');
}
