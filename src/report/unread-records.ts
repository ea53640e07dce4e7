import type { Preview } from './schema.ts';

/** How many records could not be read, for whatever reason. */
export function unreadRecords(unreadable: Preview['unreadable']): number {
  return unreadable.reduce((sum, { records }) => sum + records, 0);
}
