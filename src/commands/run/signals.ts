import { exitCodes } from '../exit-code.ts';

export interface StopSignals {
  /** Fires at the first SIGTERM or SIGINT. */
  readonly signal: AbortSignal;
  /** Signals mean again what they mean to any process. */
  release(): void;
}

/** The first signal asks for an orderly end; the second one is obeyed at once (contract 2). */
export function stopOnSignals(): StopSignals {
  const stop = new AbortController();
  const on = (name: 'SIGTERM' | 'SIGINT') => (): void => {
    if (stop.signal.aborted) {
      process.exit(name === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated);
    }
    stop.abort(new Error(`stopped by ${name}`));
  };
  const listeners = { SIGTERM: on('SIGTERM'), SIGINT: on('SIGINT') };
  process.on('SIGTERM', listeners.SIGTERM);
  process.on('SIGINT', listeners.SIGINT);
  return {
    signal: stop.signal,
    release: () => {
      process.off('SIGTERM', listeners.SIGTERM);
      process.off('SIGINT', listeners.SIGINT);
    },
  };
}
