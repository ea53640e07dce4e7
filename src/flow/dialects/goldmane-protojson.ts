import { encodeHit } from '../../policy/hit-json.ts';
import type { Dialect } from './dialect.ts';
import { goldmaneGo } from './goldmane.ts';

/**
 * Goldmane's messages as protobuf's own JSON (flow-records 1a, D2): what `grpcurl` and clients in Go,
 * Java, Python and Node write. Words for numbers, texts for numbers of 64 bits.
 */
export const goldmaneProtojson: Dialect = {
  ...goldmaneGo,
  name: 'goldmane-protojson',
  paths: inCamelCase(goldmaneGo.paths),
  carried: inCamelCase(goldmaneGo.carried),
  toldBy: {},
  spellsByRecord: false,
  encodeHits: (hits) => JSON.stringify(hits.map((hit) => encodeHit(hit, 'goldmane-protojson'))),
};

/**
 * The same with the names of the fields kept, an option of those clients (`UseProtoNames`,
 * `preserving_proto_field_name`): the members of Go's plain JSON with other values.
 */
export const goldmaneProtoNames: Dialect = {
  ...goldmaneGo,
  name: 'goldmane-protojson',
  toldBy: { reporter: 'word' },
  spellsByRecord: false,
  encodeHits: (hits) => JSON.stringify(hits.map((hit) => encodeHit(hit, 'goldmane-proto-names'))),
};

function inCamelCase<Name extends string>(
  paths: Readonly<Partial<Record<Name, string>>>,
): Readonly<Partial<Record<Name, string>>> {
  const camel: Partial<Record<Name, string>> = {};
  for (const [field, path] of Object.entries<string | undefined>(paths)) {
    const name = path?.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    Object.assign(camel, { [field]: name });
  }
  return camel;
}
