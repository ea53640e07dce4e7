import { readFileSync } from 'node:fs';
import { main } from 'assemblyscript/asc';

const entry = 'assembly/index.ts';
const options = [
  ['--outFile', 'core.wasm'],
  ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--importMemory'],
].flat();

/** The TypeScript file that carries the module made of `assembly/`. */
export async function recordCoreModule(): Promise<string> {
  let module: Uint8Array | null = null;
  const { error } = await main([entry, ...options], {
    readFile: (name, baseDir) => contentOf(`${baseDir}/${name}`),
    writeFile: (_name, contents) => {
      if (typeof contents !== 'string') module = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || module === null)
    throw new Error(`cannot compile ${entry}`, { cause: error });
  const text = Buffer.from(module).toString('base64');
  return [
    '// Made of `assembly/` by `npm run generate`.',
    '',
    '/** A WebAssembly module, in base64: see `record-core.ts`. */',
    `export const recordCoreModule =\n  '${text}';`,
    '',
  ].join('\n');
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
