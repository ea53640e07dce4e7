import type { HitJson } from '../../policy/hit-json.ts';
import type { ExtraMember } from '../dialects/carried.ts';

/** A flow record in the canonical form, whatever it came in and is written in (flow-records 3.2). */
export interface CanonicalRecord {
  /** Texts are '' where the record does not say, numbers and lists `null`, unless told otherwise. */
  readonly flowId: string;
  readonly cluster: string;
  readonly node: string;
  /** ms since 1970. */
  readonly startMs: number | null;
  readonly endMs: number | null;
  readonly reporter: string;
  readonly action: string;
  /** Lower-case name, or decimal number. */
  readonly protocol: string;
  readonly icmpType: number | null;
  readonly icmpCode: number | null;
  readonly source: CanonicalEnd;
  readonly destination: CanonicalEnd;
  readonly destDomains: readonly string[];
  readonly serviceName: string;
  readonly serviceNamespace: string;
  readonly servicePortName: string;
  /** 0 = unknown. */
  readonly servicePort: number;
  readonly counts: CanonicalCounts;
  readonly enforced: readonly HitJson[];
  /** Calico's own pending list as it came. */
  readonly pendingUpstream: readonly HitJson[] | null;
  readonly extra: readonly ExtraMember[];
}

export interface CanonicalEnd {
  /** Goldmane's name of it. */
  readonly type: string;
  /** '' = known to be in none. */
  readonly namespace: string | null;
  readonly name: string;
  readonly pod: string | null;
  /** Sorted by `key=value`, as Felix does. */
  readonly labels: ReadonlyMap<string, string> | null;
  /** As they came: a list so long that it may be cut must stay as long. */
  readonly addresses: readonly string[];
  readonly port: number | null;
}

/** Exact, of 64 bits. The first four are 0 where the record does not say. */
export interface CanonicalCounts {
  readonly packetsIn: bigint;
  readonly packetsOut: bigint;
  readonly bytesIn: bigint;
  readonly bytesOut: bigint;
  readonly connectionsStarted: bigint | null;
  readonly connectionsCompleted: bigint | null;
  readonly connectionsLive: bigint | null;
}
