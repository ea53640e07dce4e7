import type { Logger } from '../stage/logger.ts';
import type { Clock } from '../stage/ports.ts';

export interface RateLimitedLogOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  /** Lines a minute for each kind of trouble. */
  readonly linesPerMinute: number;
  /** Called for each line that is left out. */
  readonly onLeftOut?: () => void;
}

/**
 * Warnings that may come as often as records do: of each kind a few a minute are written, and how many
 * were left out is told with the first line of the next minute. `kind` comes from a fixed list.
 */
export class RateLimitedLog {
  readonly #options: RateLimitedLogOptions;
  readonly #minutes = new Map<string, { beganMs: number; written: number; leftOut: number }>();

  constructor(options: RateLimitedLogOptions) {
    this.#options = options;
  }

  warn(kind: string, fields: object, message: string): void {
    const { logger, clock, linesPerMinute, onLeftOut } = this.#options;
    const now = clock.monotonicMs();
    const minute = this.#minutes.get(kind);
    if (minute === undefined || now - minute.beganMs >= minuteMs) {
      const leftOut = minute?.leftOut ?? 0;
      this.#minutes.set(kind, { beganMs: now, written: 1, leftOut: 0 });
      logger.warn(leftOut === 0 ? fields : { ...fields, left_out_before: leftOut }, message);
    } else if (minute.written < linesPerMinute) {
      minute.written += 1;
      logger.warn(fields, message);
    } else {
      minute.leftOut += 1;
      onLeftOut?.();
    }
  }
}

const minuteMs = 60_000;
