import type { HitJson } from '../../policy/hit-json.ts';
import type { AvroBytes } from './avro-bytes.ts';
import type { CanonicalEnd, CanonicalRecord } from './record.ts';

// Avro has no names: what follows keeps to the order of `schemas/flow-record.avsc`.

/** Everything up to our pending list. */
export function writeBeforePending(out: AvroBytes, record: CanonicalRecord): void {
  const { counts } = record;
  for (const text of [record.flowId, record.cluster, record.node]) out.text(text);
  out.long(record.startMs ?? 0);
  out.long(record.endMs ?? 0);
  for (const text of [record.reporter, record.action, record.protocol]) out.text(text);
  writeInt(out, record.icmpType);
  writeInt(out, record.icmpCode);
  writeEnd(out, record.source);
  writeEnd(out, record.destination);
  writeTexts(out, record.destDomains);
  for (const text of [record.serviceName, record.serviceNamespace, record.servicePortName]) {
    out.text(text);
  }
  out.int(record.servicePort);
  for (const count of [counts.packetsIn, counts.packetsOut, counts.bytesIn, counts.bytesOut]) {
    out.long(count);
  }
  writeLong(out, counts.connectionsStarted);
  writeLong(out, counts.connectionsCompleted);
  writeLong(out, counts.connectionsLive);
  writeHits(out, record.enforced);
}

/** Everything between our pending list and our member. */
export function writeAfterPending(out: AvroBytes, record: CanonicalRecord): void {
  out.nullable(record.pendingUpstream, (hits) => writeHits(out, hits));
  writeMap(out, record.extra);
}

/** What the schema cannot tell from none is none: an unknown namespace. */
function writeEnd(out: AvroBytes, end: CanonicalEnd): void {
  out.text(end.type);
  out.text(end.namespace ?? '');
  out.text(end.name);
  out.nullable(end.pod, (pod) => out.text(pod));
  out.nullable(end.labels, (labels) => writeMap(out, [...labels]));
  writeTexts(out, end.addresses);
  writeInt(out, end.port);
}

function writeHits(out: AvroBytes, hits: readonly HitJson[]): void {
  out.items(hits, (hit) => writeHit(out, hit));
}

function writeHit(out: AvroBytes, hit: HitJson): void {
  for (const name of ['kind', 'namespace', 'name', 'tier', 'action']) {
    const text = hit[name];
    out.text(typeof text === 'string' ? text : '');
  }
  for (const name of ['policy_index', 'rule_index']) {
    const index = hit[name];
    out.int(typeof index === 'number' ? index : 0);
  }
  const { trigger } = hit;
  out.nullable(typeof trigger === 'object' ? trigger : null, (one) => writeHit(out, one));
}

function writeTexts(out: AvroBytes, texts: readonly string[]): void {
  out.items(texts, (text) => out.text(text));
}

function writeMap(out: AvroBytes, entries: readonly (readonly [string, string])[]): void {
  out.items(entries, ([key, value]) => {
    out.text(key);
    out.text(value);
  });
}

function writeInt(out: AvroBytes, value: number | null): void {
  out.nullable(value, (number) => out.int(number));
}

function writeLong(out: AvroBytes, value: bigint | null): void {
  out.nullable(value, (number) => out.long(number));
}
