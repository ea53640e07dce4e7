/** How a JVM is run: `test` starts quickly and stays small, `bench` is left to its best. */
export function jvmFlags(profile: 'test' | 'bench'): string[] {
  const quick = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
  const strong = ['-Xmx1g', '-XX:+UseG1GC'];
  return [...(profile === 'bench' ? strong : quick), '-Djava.awt.headless=true'];
}
