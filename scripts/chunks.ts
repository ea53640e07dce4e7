// Goes into the program: loads its parts, `dist/program/*.cjs`, each with what V8 compiled of it before.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { constants, Script } from 'node:vm';

type Body = (
  exports: object,
  require: (name: string) => unknown,
  module: { exports: object },
  file: string,
) => void;

interface Chunk {
  readonly script: Script;
  readonly module: { exports: object };
}

/** The parts of the program in a folder. */
export class Chunks {
  readonly #folder: string;
  readonly #chunks = new Map<string, Chunk>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What a part exports; it runs when it is first asked for. */
  load(name: string): object {
    return (this.#chunks.get(name) ?? this.#run(name)).module.exports;
  }

  /** What V8 has compiled of the parts that were loaded, by their names. */
  code(): Map<string, Buffer> {
    return new Map(
      [...this.#chunks].map(([name, { script }]) => [name, script.createCachedData()]),
    );
  }

  loaded(): string[] {
    return [...this.#chunks.keys()];
  }

  /** Parts that had to be compiled: another Node compiled them, or nobody. */
  compiled(): string[] {
    return [...this.#chunks]
      .filter(([, { script }]) => script.cachedDataRejected !== false)
      .map(([name]) => name);
  }

  #run(name: string): Chunk {
    const filename = join(this.#folder, name);
    const cachedData = codeBeside(filename);
    const script = new Script(
      `(function(exports,require,module,__filename){${readFileSync(filename, 'utf8')}\n})`,
      {
        filename,
        importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
        ...(cachedData === null ? {} : { cachedData }),
      },
    );
    const chunk = { script, module: { exports: {} } };
    this.#chunks.set(name, chunk);
    const outside = createRequire(filename);
    const require = (wanted: string): unknown =>
      wanted.startsWith('./') ? this.load(wanted.slice(2)) : outside(wanted);
    (script.runInThisContext() as Body)(chunk.module.exports, require, chunk.module, filename);
    return chunk;
  }
}

/** The name of the file beside a part that holds what V8 compiled of it. */
export function codeFileOf(chunk: string): string {
  return chunk.replace(/cjs$/, 'code');
}

function codeBeside(filename: string): Buffer | null {
  try {
    return readFileSync(codeFileOf(filename));
  } catch {
    return null;
  }
}
