import type { Address } from '../net/address.ts';
import type { Verdict } from '../policy/actions.ts';
import type { PolicyHit } from '../policy/hit.ts';

export type Reporter = 'src' | 'dst';

/** `network` is an address outside every known endpoint and set. */
export type EndpointType = 'workload' | 'host' | 'networkset' | 'network';

/**
 * What a record says of one end. `null` = the record does not say. Known to have none: `namespace`
 * is '', `labels` is an empty map.
 */
export interface FlowEnd {
  readonly type: EndpointType | null;
  readonly namespace: string | null;
  /** As in the record: `cart-6b687c8dcb-*` for an aggregate; `pub` and `pvt` for networks. */
  readonly name: string | null;
  /** Exact name of the endpoint where the record has it beside an aggregated name. */
  readonly pod: string | null;
  readonly labels: ReadonlyMap<string, string> | null;
  /** Distinct addresses the record names; empty = none given. */
  readonly addresses: readonly Address[];
  /** The list of addresses may have been cut short at its source. */
  readonly addressesTruncated: boolean;
  /** 0..65535. */
  readonly port: number | null;
}

/** One flow record as an object: only on the slow path, in `explain` and in tests. */
export interface Flow {
  readonly reporter: Reporter | null;
  /** What the record says was enforced. */
  readonly action: Verdict | null;
  /** IP protocol number as the record has it; may lie outside 1..255. `null` = not given. */
  readonly protocol: number | null;
  /** Where the record carries them apart from the port (canonical form). */
  readonly icmpType: number | null;
  readonly icmpCode: number | null;
  readonly source: FlowEnd;
  readonly destination: FlowEnd;
  readonly destService: { readonly namespace: string; readonly name: string } | null;
  /** Sorted by policy index. `null` = the record has no such list. */
  readonly enforced: readonly PolicyHit[] | null;
  readonly pendingUpstream: readonly PolicyHit[] | null;
  /** ms since 1970; `null` = not given. */
  readonly startMs: number | null;
  readonly endMs: number | null;
}
