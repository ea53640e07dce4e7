import { recordProtocolNumber } from '../../net/protocols.ts';
import type { Verdict } from '../../policy/actions.ts';
import { policyKinds } from '../../policy/kinds.ts';
import type { EndpointType, Flow, FlowEnd, Reporter } from '../flow.ts';
import { UnreadableField } from './unreadable.ts';
import type { RecordLimits, Unreadable } from './unreadable.ts';
import type { ScannedRecord } from './scanned-record.ts';
import { decodeAddresses } from './addresses.ts';
import { decodeHits } from './hits.ts';
import type { RecordDialect } from './form.ts';
import { FieldReader } from './field-reader.ts';
import type { FieldName } from './fields.ts';
import { decodeLabels } from './labels.ts';

export type DecodeLimits = Pick<RecordLimits, 'labels' | 'labelBytes' | 'hits'>;

/** What a record says of its flow, but for ports and times: in the parts that repeat (`judgedParts`). */
export interface FlowParts {
  /** An end has the port here that it has where the record names none. */
  readonly source: FlowEnd;
  readonly destination: Pick<Flow, 'destination' | 'destService'>;
  readonly rest: Omit<Flow, 'source' | 'destination' | 'destService' | 'startMs' | 'endMs'>;
}

/** What differs from record to record of the same parts. */
export interface FlowNumbers {
  /** `null` = the record names none. */
  readonly sourcePort: number | null;
  readonly destPort: number | null;
  readonly startMs: number | null;
  readonly endMs: number | null;
}

/** The flow that a scanned record tells of. */
export function decodeFlow(record: ScannedRecord, limits: DecodeLimits): Flow | Unreadable {
  const decoded = decodeParts(record, limits, NOTHING_GIVEN);
  return 'status' in decoded ? decoded : flowOf(decoded.parts, decoded.numbers);
}

/** The same in parts; those that are given are not decoded. */
export function decodeParts(
  record: ScannedRecord,
  limits: DecodeLimits,
  given: { readonly [Part in keyof FlowParts]?: FlowParts[Part] | undefined },
): { readonly parts: FlowParts; readonly numbers: FlowNumbers } | Unreadable {
  const reader = new FieldReader(record);
  const options = { dialect: record.form.dialect, limits };
  try {
    const parts = {
      rest: given.rest ?? decodeRest(reader, limits),
      source: given.source ?? decodeEnd(reader, sourceFields, options),
      destination: given.destination ?? {
        destination: decodeEnd(reader, destinationFields, options),
        destService: decodeService(reader),
      },
    };
    const numbers = {
      sourcePort: reader.wholeNumber('sourcePort', PORT_MAX),
      destPort: reader.wholeNumber('destPort', PORT_MAX),
      startMs: reader.timeMs('startTime'),
      endMs: reader.timeMs('endTime'),
    };
    return { parts, numbers };
  } catch (error) {
    if (error instanceof UnreadableField) return error.unreadable;
    throw error;
  }
}

export function flowOf(parts: FlowParts, numbers: FlowNumbers): Flow {
  const { source, rest } = parts;
  const { destination, destService } = parts.destination;
  const { sourcePort, destPort, startMs, endMs } = numbers;
  return {
    reporter: rest.reporter,
    action: rest.action,
    protocol: rest.protocol,
    icmpType: rest.icmpType,
    icmpCode: rest.icmpCode,
    source: sourcePort === null ? source : { ...source, port: sourcePort },
    destination: destPort === null ? destination : { ...destination, port: destPort },
    destService,
    enforced: rest.enforced,
    pendingUpstream: rest.pendingUpstream,
    startMs,
    endMs,
  };
}

const NOTHING_GIVEN = {};

interface DecodeOptions {
  readonly dialect: RecordDialect;
  readonly limits: DecodeLimits;
}

function decodeRest(reader: FieldReader, limits: DecodeLimits): FlowParts['rest'] {
  return {
    reporter: reporters.get(reader.word('reporter') ?? '') ?? null,
    action: verdicts.get(reader.word('action') ?? '') ?? null,
    protocol: recordProtocolNumber(reader.word('protocol') ?? ''),
    icmpType: reader.wholeNumber('icmpType', BYTE_MAX),
    icmpCode: reader.wholeNumber('icmpCode', BYTE_MAX),
    enforced: decodeEnforced(reader, limits),
    pendingUpstream: decodeUpstream(reader, limits),
  };
}

/** Older releases of Enterprise have one list for all, in which staged policies were not enforced. */
function decodeEnforced(reader: FieldReader, limits: DecodeLimits): Flow['enforced'] {
  const enforced = decodeHits(reader.list('enforced'), 'enforced', limits);
  const all = decodeHits(reader.list('allPolicies'), 'allPolicies', limits);
  return enforced ?? all?.filter(({ policy }) => !policyKinds[policy.kind].staged) ?? null;
}

/** Calico's own pending list: after an earlier pass of ours it is where that has moved it, if at all. */
function decodeUpstream(reader: FieldReader, limits: DecodeLimits): Flow['pendingUpstream'] {
  const moved = decodeHits(reader.list('pendingUpstream'), 'pendingUpstream', limits);
  const isOurs = reader.value('evaluator') !== undefined;
  return moved ?? (isOurs ? null : decodeHits(reader.list('pending'), 'pending', limits));
}

interface EndFields {
  readonly name: FieldName;
  readonly namespace: FieldName;
  readonly type: FieldName;
  readonly pod: FieldName;
  readonly labels: FieldName;
  readonly addresses: FieldName;
  readonly port: FieldName;
}

const sourceFields: EndFields = {
  name: 'sourceName',
  namespace: 'sourceNamespace',
  type: 'sourceType',
  pod: 'sourcePod',
  labels: 'sourceLabels',
  addresses: 'sourceAddresses',
  port: 'sourcePort',
};

const destinationFields: EndFields = {
  name: 'destName',
  namespace: 'destNamespace',
  type: 'destType',
  pod: 'destPod',
  labels: 'destLabels',
  addresses: 'destAddresses',
  port: 'destPort',
};

function decodeEnd(reader: FieldReader, fields: EndFields, options: DecodeOptions): FlowEnd {
  const { dialect, limits } = options;
  const written = reader.text(fields.name);
  const network = networkNames.get(written ?? '');
  const name = network ?? known(written);
  const labels = reader.value(fields.labels);
  const type = endpointTypes.get(reader.word(fields.type) ?? '') ?? null;
  return {
    type: type ?? (network === undefined ? typeByName(name) : 'network'),
    namespace: namespaceOf(reader.text(fields.namespace), dialect),
    name,
    pod: known(reader.text(fields.pod)),
    labels:
      labels === undefined
        ? zeroOr(NO_LABELS, fields.labels, dialect)
        : decodeLabels(labels, fields.labels, limits),
    ...decodeAddresses(reader.value(fields.addresses), fields.addresses),
    port: zeroOr(0, fields.port, dialect),
  };
}

function decodeService(reader: FieldReader): Flow['destService'] {
  const name = known(reader.text('serviceName'));
  const namespace = known(reader.text('serviceNamespace'));
  return name === null || namespace === null ? null : { name, namespace };
}

/** What an absent member means: nothing is known of it, unless the dialect leaves out zero values. */
function zeroOr<Zero>(
  zero: Zero,
  field: FieldName,
  { omitsZeros, paths }: RecordDialect,
): Zero | null {
  return omitsZeros && field in paths ? zero : null;
}

function namespaceOf(written: string | null, { omitsZeros }: RecordDialect): string | null {
  if (written === null) return omitsZeros ? '' : null;
  return written === '-' || written === 'Global' ? '' : written;
}

/** Aggregates are workloads; of any other name only the inventory may know (flow-records 1b). */
function typeByName(name: string | null): EndpointType | null {
  return name?.endsWith('*') === true ? 'workload' : null;
}

function known(text: string | null): string | null {
  return text === '' || text === '-' ? null : text;
}

const PORT_MAX = 65_535;
const BYTE_MAX = 255;
const NO_LABELS: ReadonlyMap<string, string> = new Map();

/** How Whisker shows the two names that Felix gives to networks. */
const networkNames: ReadonlyMap<string, string> = new Map([
  ['PUBLIC NETWORK', 'pub'],
  ['PRIVATE NETWORK', 'pvt'],
]);

// Words by Goldmane's name or number and by Felix's short form, all lower-case (semantics 6.5).
const reporters: ReadonlyMap<string, Reporter> = new Map([
  ['1', 'src'],
  ['src', 'src'],
  ['2', 'dst'],
  ['dst', 'dst'],
]);

const verdicts: ReadonlyMap<string, Verdict> = new Map([
  ['1', 'allow'],
  ['allow', 'allow'],
  ['2', 'deny'],
  ['deny', 'deny'],
]);

const endpointTypes: ReadonlyMap<string, EndpointType> = new Map([
  ['1', 'workload'],
  ['workloadendpoint', 'workload'],
  ['wep', 'workload'],
  ['2', 'host'],
  ['hostendpoint', 'host'],
  ['hep', 'host'],
  ['3', 'networkset'],
  ['networkset', 'networkset'],
  ['ns', 'networkset'],
  ['4', 'network'],
  ['network', 'network'],
  ['net', 'network'],
]);
