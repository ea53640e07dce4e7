import type { Fields } from './fields.ts';
import type { Findings, Reading } from './findings.ts';
import type {
  HostEndpoint,
  Lifetime,
  NetworkSet,
  Policy,
  Profile,
  Tier,
  WorkloadEndpoint,
} from './model.ts';
import type { Prefix, Address } from '../../net/address.ts';
import type { Selectors } from './selectors.ts';
import type { SourceDocument } from './source.ts';

/** One document whose kind and name are known. `namespace` is empty for kinds that have none. */
export interface Manifest {
  readonly document: SourceDocument;
  readonly root: Fields;
  readonly metadata: Fields;
  readonly spec: Fields;
  readonly namespace: string;
  readonly name: string;
  readonly findings: Findings;
}

/** What the decoders share. */
export interface DecodeContext {
  readonly reading: Reading;
  readonly selectors: Selectors;
  /** The objects are exactly as Felix sees them: no defaulting of types (semantics 1.13). */
  readonly rawTypes: boolean;
}

/** What a decoder may make of a document, by the collection it belongs to. */
export interface Collections {
  readonly policies: Policy;
  readonly tiers: Tier;
  readonly namespaces: ProfileSource;
  readonly serviceAccounts: ProfileSource;
  readonly profiles: Profile;
  readonly endpoints: WorkloadEndpoint;
  readonly hostEndpoints: HostEndpoint;
  readonly networkSets: NetworkSet;
  readonly slices: Slice;
  readonly ipPools: Prefix;
}

/** A Namespace or ServiceAccount: its own key (`shop`, `shop/default`) and the profile that it is. */
interface ProfileSource {
  readonly key: string;
  readonly profile: Profile;
}

/** One EndpointSlice of a service (semantics 4.6). */
export interface Slice {
  readonly namespace: string;
  readonly service: string;
  readonly addresses: readonly Address[];
  readonly ports: readonly { readonly protocol: number; readonly port: number }[];
}

export type Decoded = {
  readonly [C in keyof Collections]: { readonly into: C; readonly value: Collections[C] };
}[keyof Collections];

/** Decodes one kind; null if the object takes part in nothing. What is wrong goes to `findings`. */
export type Decoder = (manifest: Manifest, context: DecodeContext) => Decoded | null;

/** When the object came to be and was last edited, by its metadata. */
export function lifetimeOf(metadata: Fields): Lifetime {
  let editedMs: number | null = null;
  for (const field of metadata.children('managedFields')) {
    const time = timeOf(field.text('time'));
    if (time !== null && (editedMs === null || time > editedMs)) editedMs = time;
  }
  return { createdMs: timeOf(metadata.text('creationTimestamp')), editedMs };
}

function timeOf(text: string): number | null {
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}
