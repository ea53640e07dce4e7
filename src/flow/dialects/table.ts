import type { Dialect } from './dialect.ts';
import { canonicalJson, whisker } from './flat.ts';
import { goldmaneGo } from './goldmane.ts';

/** Every dialect, in the order in which an unknown record is tried. A new one is a file and a row. */
export const dialects: readonly Dialect[] = [goldmaneGo, canonicalJson, whisker];
