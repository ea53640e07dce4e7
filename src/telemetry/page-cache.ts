import type { Clock } from '../stage/ports.ts';
import { formatPage } from './exposition.ts';
import type { ExpositionFormat } from './exposition.ts';
import type { MetricFamily } from './metrics.ts';

export interface PageCacheOptions {
  readonly read: () => Promise<readonly MetricFamily[]>;
  readonly clock: Clock;
  readonly maxAgeMs: number;
}

/** Pages of metrics: one answers every scrape within `maxAgeMs`, and is made once for those that come together. */
export class PageCache {
  readonly #options: PageCacheOptions;
  readonly #pages = new Map<ExpositionFormat, { page: Promise<string>; atMs: number }>();

  constructor(options: PageCacheOptions) {
    this.#options = options;
  }

  async page(format: ExpositionFormat): Promise<string> {
    const { clock, maxAgeMs } = this.#options;
    const now = clock.monotonicMs();
    const kept = this.#pages.get(format);
    if (kept !== undefined && now - kept.atMs < maxAgeMs) return kept.page;
    const page = this.#make(format);
    this.#pages.set(format, { page, atMs: now });
    // A failure is told to those who wait for it and to nobody later.
    page.catch(() => this.#pages.delete(format));
    return page;
  }

  async #make(format: ExpositionFormat): Promise<string> {
    return formatPage(await this.#options.read(), format);
  }
}
