import { some } from './names.ts';
import type { Preview } from './schema.ts';

/** How many records could not be read, for whatever reason. */
export function unreadRecords(unreadable: Preview['unreadable']): number {
  return unreadable.reduce((sum, { records }) => sum + records, 0);
}

/** How many could not be read for one reason, and where the first of them is: `2 records unreadable, truncated: …`. */
export function unreadText({
  records,
  reason,
  message,
  first,
}: Preview['unreadable'][number]): string {
  return `${some(records, 'record')} unreadable, ${reason}: ${message} (first: ${first})`;
}
