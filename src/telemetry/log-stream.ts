import type { Writable } from 'node:stream';

export interface LogStreamOptions {
  readonly destination: Writable;
  /** How many bytes may wait to be written. */
  readonly bytesMax: number;
  /** Called for each line that is lost. */
  readonly onLost: () => void;
  /** Called when lines get through again, before the next one. */
  readonly onRecovered: (linesLost: number) => void;
}

/**
 * Where lines of the log go. Nothing ever waits for whoever reads them: what a reader that is slow or
 * gone, or a disk that is full, does not take is lost and counted.
 */
export class LogStream {
  readonly #options: LogStreamOptions;
  /** Since the last that got through. */
  #lost = 0;
  #isFailing = false;

  constructor(options: LogStreamOptions) {
    this.#options = options;
    // Whoever listens to nothing is ended by the error of a pipe that nobody reads.
    options.destination.on('error', () => {});
  }

  write(line: string): void {
    const { destination, bytesMax, onRecovered } = this.#options;
    const isOver = destination.destroyed || destination.writableEnded;
    if (isOver || destination.writableLength + Buffer.byteLength(line) > bytesMax) {
      this.#lose();
      return;
    }
    const lost = this.#lost;
    if (lost > 0 && !this.#isFailing) {
      this.#lost = 0;
      onRecovered(lost);
    }
    destination.write(line, this.#written);
  }

  readonly #written = (error?: Error | null): void => {
    this.#isFailing = error !== undefined && error !== null;
    if (this.#isFailing) this.#lose();
  };

  #lose(): void {
    this.#lost += 1;
    this.#options.onLost();
  }
}
