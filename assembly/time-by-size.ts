/** ms since 1970 of a time that does not say what it counts: seconds, or what is so many times smaller. */
export function timeBySize(count: f64): f64 {
  if (count < 1e11) return count * 1000;
  if (count < 1e14) return count;
  return trunc(count < 1e17 ? count / 1e3 : count / 1e6);
}
