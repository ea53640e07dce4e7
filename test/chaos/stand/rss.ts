import type { Member } from './member.ts';

const MIB = 1024 * 1024;
const everyMs = 500;
/** What a stage takes in this time is not yet growth. */
const settleMs = 10_000;

/** How much memory a process holds, from now on. */
export function followRss(member: Member) {
  const startMs = performance.now();
  let [firstBytes, laterBytes] = [0, 0];
  const look = (): void => {
    const bytes = member.rssBytes;
    if (performance.now() - startMs < settleMs) firstBytes = Math.max(firstBytes, bytes);
    else laterBytes = Math.max(laterBytes, bytes);
  };
  look();
  const timer = setInterval(look, everyMs);
  return {
    end: () => {
      clearInterval(timer);
      return { maxBytes: Math.max(firstBytes, laterBytes), growth: laterBytes / firstBytes };
    },
    text: () =>
      `${Math.round(firstBytes / MIB)} MiB at most in the first 10 s, ${Math.round(laterBytes / MIB)} MiB later`,
  };
}
