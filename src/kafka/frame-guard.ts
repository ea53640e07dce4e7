const lengthBytes = 4;

/**
 * Follows the frames of one connection: four bytes of length, then as many bytes. kafkajs buffers
 * whatever length a peer announces, so something has to stop a peer that announces too much, such
 * as a TLS port that is spoken to in plain text.
 */
export class FrameGuard {
  readonly #frameBytesMax: number;
  #length = 0;
  #lengthBytesSeen = 0;
  #bodyBytesLeft = 0;

  constructor(frameBytesMax: number) {
    this.#frameBytesMax = frameBytesMax;
  }

  /** False as soon as a frame is announced that is longer than allowed. */
  accepts(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#bodyBytesLeft > 0) {
        const taken = Math.min(this.#bodyBytesLeft, chunk.length - at);
        this.#bodyBytesLeft -= taken;
        at += taken;
        continue;
      }
      this.#length = this.#length * 256 + (chunk[at] ?? 0);
      this.#lengthBytesSeen += 1;
      at += 1;
      if (this.#lengthBytesSeen < lengthBytes) continue;
      if (this.#length > this.#frameBytesMax) return false;
      this.#bodyBytesLeft = this.#length;
      this.#length = 0;
      this.#lengthBytesSeen = 0;
    }
    return true;
  }
}
