/** `2026-11-01 10:00 to 2026-11-01 11:00 UTC`, or one time where both are of the same minute. */
export function spanText(first: string, last: string): string {
  const [begin, end] = [shortTime(first), shortTime(last)];
  return begin === end ? `${begin} UTC` : `${begin} to ${end} UTC`;
}

/** When the flows were that a policy could touch. */
export function seenText({
  first,
  last,
}: {
  readonly first: string | null;
  readonly last: string | null;
}): string {
  return first === null || last === null ? 'never seen' : `seen ${spanText(first, last)}`;
}

/** `2026-11-01 10:00`. */
function shortTime(time: string): string {
  return time.slice(0, 16).replace('T', ' ');
}
