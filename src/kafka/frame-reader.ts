// Hot: measured by `npm run bench`.
import { framePool } from './frame-pool.ts';

const lengthBytes = 4;

/**
 * Puts the frames of one connection together: four bytes of length, then as many bytes. Each is copied
 * once, into memory of its own (`FramePool`), so that whatever they arrived in can be used anew.
 */
export class FrameReader {
  readonly #onFrame: (frame: Buffer) => void;
  readonly #length: Buffer = Buffer.alloc(lengthBytes);
  #frame = this.#length;
  #filled = 0;

  /** A frame comes without its length. */
  constructor(onFrame: (frame: Buffer) => void) {
    this.#onFrame = onFrame;
  }

  /** Takes the next bytes over; their frames are no longer than allowed (`FrameGuard`). */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      const taken = chunk.copy(this.#frame, this.#filled, at);
      at += taken;
      this.#filled += taken;
      if (this.#filled === this.#frame.length) this.#next();
    }
  }

  #next(): void {
    const whole = this.#frame;
    this.#filled = 0;
    if (whole === this.#length) {
      this.#frame = framePool.take(whole.readInt32BE());
      if (this.#frame.length > 0) return;
    }
    const frame = this.#frame;
    this.#frame = this.#length;
    this.#onFrame(frame);
  }
}
