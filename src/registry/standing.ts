import type { Health } from '../stage/health.ts';
import type { Clock, Logger } from '../stage/ports.ts';
import { SeldomLog } from '../stage/seldom-log.ts';
import type { Failure } from './answer.ts';

export interface StandingOptions {
  readonly url: string;
  readonly health: Health;
  readonly logger: Logger;
  readonly clock: Clock;
}

/**
 * What is said of the registry in `/readyz` and in the log: it is well while nobody waits for it and
 * nothing was given up since it last answered.
 */
export class Standing {
  readonly #options: StandingOptions;
  readonly #seldom: SeldomLog;
  readonly #waiting = new Set<object>();

  constructor(options: StandingOptions) {
    this.#options = options;
    this.#seldom = new SeldomLog(options.logger, options.clock);
    options.health.fail('registry', 'not asked yet');
  }

  /** `who` has to ask again. */
  waits(who: object, failure: Failure): void {
    this.#waiting.add(who);
    this.#say(failure, 'waiting');
  }

  gaveUp(who: object, failure: Failure): void {
    this.#waiting.delete(who);
    this.#say(failure, 'records that need it are dead letters');
  }

  /** The registry answered, whatever it said of the schema. */
  answered(who: object): void {
    this.#waiting.delete(who);
    if (this.#waiting.size === 0) this.#options.health.pass('registry', 'answers');
  }

  /** Who wanted the answer is gone: the partition was lost, or the stage stops. */
  left(who: object): void {
    if (!this.#waiting.delete(who) || this.#waiting.size > 0) return;
    this.#options.health.pass('registry', 'nobody waits for it');
  }

  #say({ trouble, reason }: Failure, meanwhile: string): void {
    const { url, health } = this.#options;
    health.fail('registry', `${reason}; ${meanwhile}`);
    this.#seldom.warn(trouble, { url, reason }, `the schema registry does not help: ${meanwhile}`);
  }
}
