import type { Clock, Logger } from './ports.ts';

const everyMs = 10_000;

/**
 * Warnings that come as often as something is tried again: of each kind one in ten seconds is
 * written, with how many were left out since the last. Kinds come from a fixed few.
 */
export class SeldomLog {
  readonly #logger: Logger;
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #kinds = new Map<string, { nextMs: number; leftOut: number }>();

  constructor(logger: Logger, clock: Pick<Clock, 'monotonicMs'>) {
    this.#logger = logger;
    this.#clock = clock;
  }

  warn(kind: string, fields: object, message: string): void {
    const nowMs = this.#clock.monotonicMs();
    const known = this.#kinds.get(kind);
    if (known !== undefined && nowMs < known.nextMs) {
      known.leftOut += 1;
      return;
    }
    const leftOut = known?.leftOut ?? 0;
    this.#kinds.set(kind, { nextMs: nowMs + everyMs, leftOut: 0 });
    this.#logger.warn(leftOut === 0 ? fields : { ...fields, left_out_before: leftOut }, message);
  }
}
