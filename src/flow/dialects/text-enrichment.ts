import { lasting } from '../../std/lasting.ts';
import { STAMP } from '../encode-evaluation.ts';
import type { Enrichment } from './form.ts';

/**
 * What is written into a JSON record. Most are like one that is remembered and are soon forgotten, so that
 * bytes are made of the texts only when they are asked for.
 */
export class TextEnrichment implements Enrichment {
  readonly stampAt: number;
  #texts: readonly [pending: string, evaluation: string];
  #pending: Buffer | null = null;
  #evaluation: Buffer | null = null;

  constructor(pending: string, evaluation: string, stampAt: number) {
    this.#texts = [pending, evaluation];
    this.stampAt = stampAt;
  }

  get parts(): readonly [string | Buffer, string | Buffer] {
    return this.#pending === null ? this.#texts : [this.pending, this.evaluation];
  }

  get pending(): Buffer {
    if (this.#pending === null) this.#encode();
    return this.#pending ?? NOTHING;
  }

  get evaluation(): Buffer {
    if (this.#evaluation === null) this.#encode();
    return this.#evaluation ?? NOTHING;
  }

  /** By `Piece`. */
  pieces(): readonly Uint8Array[] {
    const { pending, evaluation, stampAt } = this;
    const afterStamp = stampAt + STAMP.length;
    return [pending, evaluation.subarray(0, stampAt), evaluation.subarray(afterStamp)];
  }

  #encode(): void {
    const [pending, evaluation] = this.#texts;
    [this.#pending, this.#evaluation] = lasting(Buffer.from(pending), Buffer.from(evaluation));
    this.#texts = NO_TEXTS;
  }
}

/** By number, as a layout mentions them. Of two that belong together the time goes between them. */
export const Piece = { pending: 0, evaluation: 1 } as const;

const NOTHING = Buffer.alloc(0);
const NO_TEXTS = ['', ''] as const;
