import { Gap } from '../policy/evaluator/facts.ts';
import { reasons, type ReasonCode } from './reasons.ts';

/** Reason codes as bits, in the order of the table of reasons. */
export type ReasonSet = number;

export const NO_REASONS: ReasonSet = 0;

export function reasonSet(...codes: readonly ReasonCode[]): ReasonSet {
  return codes.reduce((set, code) => set | bitOf(code), NO_REASONS);
}

/** The codes of a set in the order of the table. */
export function reasonCodes(set: ReasonSet): readonly ReasonCode[] {
  return set === NO_REASONS ? [] : codes.filter((code) => (set & bitOf(code)) !== 0);
}

/** The reasons that may stand beside a decided verdict and keep it from carrying a claim of safety. */
export function assumedOnly(set: ReasonSet): ReasonSet {
  return set & assumed;
}

/** What the evaluator's open questions are called (contract 5). */
export function reasonsOfGaps(gaps: number): ReasonSet {
  if (gaps === 0) return NO_REASONS;
  return gapReasons.reduce((set, [gap, code]) => ((gaps & gap) === 0 ? set : set | bitOf(code)), 0);
}

const gapReasons: readonly (readonly [gap: number, code: ReasonCode])[] = [
  [Gap.sourceAddress, 'no_source_ip'],
  [Gap.destAddress, 'no_dest_ip'],
  [Gap.sourcePort, 'no_source_port'],
  [Gap.destPort, 'no_dest_port'],
  [Gap.protocol, 'no_protocol'],
  [Gap.icmp, 'no_icmp'],
  [Gap.http, 'http_match'],
  [Gap.sourceLabels, 'no_source_labels'],
  [Gap.destLabels, 'no_dest_labels'],
  [Gap.absentLabel, 'labels_assumed'],
  [Gap.volatileLabel, 'volatile_label'],
  [Gap.namespaceLabels, 'no_namespace_labels'],
  [Gap.serviceAccount, 'no_serviceaccount'],
  [Gap.serviceEndpoints, 'no_service_endpoints'],
  [Gap.networkSet, 'networkset_overlap'],
  [Gap.rejectedPolicy, 'policy_rejected'],
  [Gap.addressOwner, 'address_owner_unknown'],
  [Gap.addressOwnerAssumed, 'address_owner_assumed'],
];

const isCode = (name: string): name is ReasonCode => name in reasons;
const codes: readonly ReasonCode[] = Object.keys(reasons).filter(isCode);
const bits = new Map(codes.map((code, place) => [code, 1 << place]));
const assumed = reasonSet(...codes.filter((code) => reasons[code].assumed));

function bitOf(code: ReasonCode): ReasonSet {
  return bits.get(code) ?? NO_REASONS;
}
