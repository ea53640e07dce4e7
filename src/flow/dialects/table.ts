import type { Dialect } from './dialect.ts';
import { enterprise } from './enterprise.ts';
import { canonicalJson, whisker } from './flat.ts';
import { goldmaneGo } from './goldmane.ts';
import { goldmaneProtojson, goldmaneProtoNames } from './goldmane-protojson.ts';

/** Every dialect, in the order in which an unknown record is tried. A new one is a file and a row. */
export const dialects: readonly Dialect[] = [
  goldmaneGo,
  goldmaneProtojson,
  goldmaneProtoNames,
  enterprise,
  canonicalJson,
  whisker,
];
