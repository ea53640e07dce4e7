import { encodeHit } from '../../policy/hit-json.ts';
import type { HitJson } from '../../policy/hit-json.ts';
import { assert } from '../../std/assert.ts';
import { decodeFlow } from '../dialects/decode-flow.ts';
import type { DecodeLimits } from '../dialects/decode-flow.ts';
import { FieldReader } from '../dialects/field-reader.ts';
import type { FieldName } from '../dialects/fields.ts';
import type { ScannedRecord } from '../dialects/scanned-record.ts';
import type { EndpointType, Flow, FlowEnd } from '../flow.ts';
import { CarriedReader } from './carried-reader.ts';
import { canonicalHits } from './hits.ts';
import type { CanonicalCounts, CanonicalEnd, CanonicalRecord } from './record.ts';

/** A scanned record that has been decided, hence one that can be decoded, in the canonical form. */
export function readCanonical(record: ScannedRecord, limits: DecodeLimits): CanonicalRecord {
  const flow = decodeFlow(record, limits);
  assert(!('status' in flow), 'what was decided can be decoded');
  const fields = new FieldReader(record);
  const carried = new CarriedReader(record);
  return {
    ...readNames(carried),
    startMs: flow.startMs,
    endMs: flow.endMs,
    reporter: wordOf(fields, 'reporter', reporters),
    action: wordOf(fields, 'action', actions),
    protocol: fields.word('protocol') ?? '',
    icmpType: flow.icmpType,
    icmpCode: flow.icmpCode,
    source: endOf(flow.source, fields, sourceFields),
    destination: endOf(flow.destination, fields, destinationFields),
    serviceName: known(fields.text('serviceName')),
    serviceNamespace: known(fields.text('serviceNamespace')),
    counts: readCounts(carried),
    enforced: enforcedOf(flow, fields),
    pendingUpstream: pendingUpstreamOf(fields),
    extra: carried.extra,
  };
}

function readNames(carried: CarriedReader) {
  return {
    flowId: carried.text('flowId'),
    cluster: carried.text('cluster'),
    node: carried.text('node'),
    destDomains: carried.texts('destDomains'),
    servicePortName: known(carried.text('servicePortName')),
    servicePort: carried.port('servicePort'),
  };
}

function readCounts(carried: CarriedReader): CanonicalCounts {
  return {
    packetsIn: carried.count('packetsIn') ?? 0n,
    packetsOut: carried.count('packetsOut') ?? 0n,
    bytesIn: carried.count('bytesIn') ?? 0n,
    bytesOut: carried.count('bytesOut') ?? 0n,
    connectionsStarted: carried.count('connections'),
    connectionsCompleted: carried.count('connectionsCompleted'),
    connectionsLive: carried.count('connectionsLive'),
  };
}

interface EndFields {
  readonly type: FieldName;
  readonly addresses: FieldName;
}

const sourceFields: EndFields = { type: 'sourceType', addresses: 'sourceAddresses' };
const destinationFields: EndFields = { type: 'destType', addresses: 'destAddresses' };

function endOf(end: FlowEnd, fields: FieldReader, names: EndFields): CanonicalEnd {
  return {
    type: end.type === null ? wordOf(fields, names.type, unspecified) : typeNames[end.type],
    namespace: end.namespace,
    name: end.name ?? '',
    pod: end.pod,
    labels: end.labels === null ? null : sorted(end.labels),
    addresses: textsOf(fields.value(names.addresses)),
    port: end.port,
  };
}

function sorted(labels: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const entries = [...labels].map(([key, value]) => ({ text: `${key}=${value}`, key, value }));
  const isSorted = entries.every(({ text }, i) => i === 0 || entries[i - 1]!.text < text);
  if (isSorted) return labels;
  entries.sort((left, right) => (left.text < right.text ? -1 : 1));
  return new Map(entries.map(({ key, value }) => [key, value]));
}

function textsOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((text) => typeof text === 'string');
}

function enforcedOf(flow: Flow, fields: FieldReader): readonly HitJson[] {
  const list = fields.list('enforced');
  if (list !== null) return canonicalHits(list);
  return (flow.enforced ?? []).map((hit) => encodeHit(hit, 'whisker'));
}

function pendingUpstreamOf(fields: FieldReader): readonly HitJson[] | null {
  const moved = fields.list('pendingUpstream');
  const isOurs = fields.value('evaluator') !== undefined;
  const list = moved ?? (isOurs ? null : fields.list('pending'));
  return list === null ? null : canonicalHits(list);
}

function known(text: string | null): string {
  return text === null || text === '-' ? '' : text;
}

/** The canonical spelling of a word; one that is in no table stays as it is. */
function wordOf(fields: FieldReader, name: FieldName, words: ReadonlyMap<string, string>): string {
  const word = fields.word(name);
  return word === null ? '' : (words.get(word) ?? String(fields.value(name)));
}

const reporters: ReadonlyMap<string, string> = new Map([
  ['0', ''],
  ['reporterunspecified', ''],
  ['1', 'Src'],
  ['src', 'Src'],
  ['2', 'Dst'],
  ['dst', 'Dst'],
]);

const actions: ReadonlyMap<string, string> = new Map([
  ['0', ''],
  ['actionunspecified', ''],
  ['1', 'Allow'],
  ['allow', 'Allow'],
  ['2', 'Deny'],
  ['deny', 'Deny'],
  ['3', 'Pass'],
  ['pass', 'Pass'],
]);

const unspecified: ReadonlyMap<string, string> = new Map([
  ['0', ''],
  ['endpointtypeunspecified', ''],
]);

const typeNames = {
  workload: 'WorkloadEndpoint',
  host: 'HostEndpoint',
  networkset: 'NetworkSet',
  network: 'Network',
} as const satisfies Record<EndpointType, string>;
