import type { FlipKind } from './flips.ts';
import { grouped, some } from './names.ts';
import type { PolicyPreview, Preview, RestPreview } from './schema.ts';
import { unreadText } from './unread-records.ts';
import { volumeText } from './words.ts';

export const flipWords: Readonly<Record<FlipKind, string>> = {
  'newly-denied': 'cut',
  'newly-allowed': 'let in',
};

/** `more like these, cut: 12 connections in 3 flows, 5 KiB`. */
export function restText(rest: RestPreview): string {
  return `more groups, ${flipWords[rest.flip]}: ${volumeText(rest)}`;
}

/** What is let in, where anything is. */
export function letInTexts({ newlyAllowed }: Pick<PolicyPreview, 'newlyAllowed'>): string[] {
  const { alone, together } = newlyAllowed;
  if (alone === 0 && together === 0) return [];
  return [`let in ${some(alone, 'flow')} alone, ${grouped(together)} together`];
}

/** What would make a policy's flows certain, a line a reason. */
export function reasonTexts({ reasons }: Pick<PolicyPreview, 'reasons'>): string[] {
  return reasons.map(
    ({ reason, flows, means, add }) => `${some(flows, 'flow')} ${reason}, ${means}; to add: ${add}`,
  );
}

/** What the reader should know of the input. */
export function inputTexts(preview: Preview): string[] {
  const { unreadable, damaged, hostEndpoints, mode } = preview;
  return [
    ...unreadable.map(unreadText),
    ...damaged,
    `${some(hostEndpoints, 'HostEndpoint')} loaded, mode ${mode}`,
  ];
}
