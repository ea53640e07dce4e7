import { fileURLToPath } from 'node:url';

/** What matters here of one package in package-lock.json. */
interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export const lockfilePath = fileURLToPath(new URL('../package-lock.json', import.meta.url));

/** The optional packages that the lockfile names and does not hold, by their place in it. */
export function missingPlatforms({ packages }: Lockfile): Record<string, LockedPackage> {
  const missing: Record<string, LockedPackage> = {};
  for (const [place, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const isThere =
        `node_modules/${name}` in packages || `${place}/node_modules/${name}` in packages;
      if (isThere) continue;
      missing[`node_modules/${name}`] = {
        version,
        ...platformOf(name),
        ...(dev === true ? { dev } : {}),
        optional: true,
      };
    }
  }
  return missing;
}

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'] as const;
const processors = ['arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64', 'wasm32'] as const;
const libraries = { gnu: 'glibc', gnueabihf: 'glibc', musl: 'musl', musleabihf: 'musl' } as const;

/** `@oxc-parser/binding-linux-arm64-gnu` -> linux, arm64, glibc. */
function platformOf(name: string): Pick<LockedPackage, 'os' | 'cpu' | 'libc'> {
  const words = name.split(/[-/]/);
  const system = systems.find((os) => words.includes(os));
  const processor = processors.find((cpu) => words.includes(cpu));
  const library = Object.entries(libraries).find(([word]) => words.includes(word))?.[1];
  return {
    ...(processor === undefined ? {} : { cpu: [processor] }),
    ...(system === 'linux' && library !== undefined ? { libc: [library] } : {}),
    ...(system === undefined ? {} : { os: [system] }),
  };
}
