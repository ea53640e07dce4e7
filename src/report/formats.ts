import { htmlOf } from './html/page.ts';
import { markdownOf } from './markdown.ts';
import type { Preview } from './schema.ts';
import { tableOf } from './table.ts';

/** How a preview is to be shown. */
export interface FormatOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly isColoured: boolean;
  /** Where the policies lie, for commands to be copied. */
  readonly policies: readonly string[];
}

/** The forms in which a preview is printed, by the value of `--format`. */
export const formats: Readonly<
  Record<
    'table' | 'markdown' | 'json' | 'html',
    (preview: Preview, options: FormatOptions) => string
  >
> = {
  table: tableOf,
  markdown: markdownOf,
  json: (preview) => `${JSON.stringify(preview, null, 2)}\n`,
  html: htmlOf,
};
