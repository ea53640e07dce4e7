import { PathWatcher } from '../../live/watch-paths.ts';
import type { Logger } from '../../stage/ports.ts';
import { CodedError } from '../../std/coded-error.ts';
import type { Config } from '../config/schema.ts';
import type { Policies } from './policies.ts';

export interface ReloadOptions {
  readonly config: Config;
  readonly policies: Policies;
  readonly logger: Logger;
}

/** The first lines of what is wrong with a new set are logged; `rehearsal validate` shows them all. */
const linesLoggedMax = 20;

/** Reads the policies again whenever they change: one reading at a time, the last good set kept. */
export class Reloads {
  readonly #options: ReloadOptions;
  readonly #watcher: PathWatcher;
  #isReading = false;
  #isStale = false;

  constructor(options: ReloadOptions) {
    const { config, logger } = options;
    this.#options = options;
    this.#watcher = new PathWatcher({
      paths: config.policies.paths,
      limits: config.limits,
      changed: () => void this.#read(),
      unwatchable: (folder, reason) =>
        logger.warn({ folder, reason }, 'cannot be watched, looked at once a minute instead'),
    });
  }

  /** Call before the first reading, so that no change falls between. */
  async start(): Promise<void> {
    await this.#watcher.start();
  }

  close(): void {
    this.#watcher.close();
  }

  async #read(): Promise<void> {
    this.#isStale = true;
    if (this.#isReading) return;
    this.#isReading = true;
    while (this.#isStale) {
      this.#isStale = false;
      try {
        await this.#options.policies.read();
      } catch (error) {
        this.#report(error);
      }
    }
    this.#isReading = false;
  }

  #report(error: unknown): void {
    const isExpected = error instanceof CodedError;
    const text = error instanceof Error && !isExpected ? error.stack : reasonOf(error);
    const problems = (text ?? '').split('\n');
    this.#options.logger.error(
      { problems: problems.slice(0, linesLoggedMax), more: problems.length > linesLoggedMax },
      'the new policies cannot be used, the last good set stays in force',
    );
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
