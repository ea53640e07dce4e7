import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Clock } from '../stage/ports.ts';
import { formatPage } from './exposition.ts';
import type { ExpositionFormat } from './exposition.ts';
import type { MetricFamily } from './metric-family.ts';

export interface PageCacheOptions {
  readonly read: () => Promise<readonly MetricFamily[]>;
  readonly clock: Clock;
  readonly maxAgeMs: number;
}

export type PageEncoding = 'identity' | 'gzip';

/**
 * Pages of metrics: one answers every scrape within `maxAgeMs`, and is made, and packed, once for those
 * that come together.
 */
export class PageCache {
  readonly #options: PageCacheOptions;
  readonly #pages = new Map<ExpositionFormat, Page>();

  constructor(options: PageCacheOptions) {
    this.#options = options;
  }

  async page(format: ExpositionFormat, encoding: PageEncoding = 'identity'): Promise<Buffer> {
    const page = this.#pageOf(format);
    if (encoding === 'identity') return page.plain;
    return (page.packed ??= packed(page.plain));
  }

  #pageOf(format: ExpositionFormat): Page {
    const { clock, maxAgeMs } = this.#options;
    const now = clock.monotonicMs();
    const kept = this.#pages.get(format);
    if (kept !== undefined && now - kept.atMs < maxAgeMs) return kept;
    const page: Page = { plain: this.#make(format), packed: null, atMs: now };
    this.#pages.set(format, page);
    // A failure is told to those who wait for it and to nobody later.
    page.plain.catch(() => this.#pages.delete(format));
    return page;
  }

  async #make(format: ExpositionFormat): Promise<Buffer> {
    return formatPage(await this.#options.read(), format);
  }
}

interface Page {
  readonly plain: Promise<Buffer>;
  /** `null` = nobody has asked for it. */
  packed: Promise<Buffer> | null;
  readonly atMs: number;
}

/** Packed on another thread; lines of metrics shrink to a twentieth even so. */
async function packed(plain: Promise<Buffer>): Promise<Buffer> {
  return promisify(gzip)(await plain, { level: constants.Z_BEST_SPEED });
}
