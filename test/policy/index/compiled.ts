import { parseAddress, type Address } from '../../../src/net/address.ts';
import type { PolicyMode } from '../../../src/policy/actions.ts';
import type { Facts, ScopeEvaluation } from '../../../src/policy/evaluator/facts.ts';
import { formatHit } from '../../../src/policy/hit-text.ts';
import { compileIndex } from '../../../src/policy/index/compile.ts';
import type { Candidate } from '../../../src/policy/index/candidate.ts';
import type { PolicyIndex } from '../../../src/policy/index/policy-index.ts';
import { decodeYaml } from '../resources/decoding.ts';

/** The index of a YAML text. Invalid policies stand for anything, in calico mode for nothing. */
export function compiled(yaml: string, mode: PolicyMode = 'enforcement'): PolicyIndex {
  const onInvalid = mode === 'calico' ? 'drop' : 'uncertain';
  const resources = decodeYaml(yaml, { mode, onInvalid });
  return compileIndex(resources, { mode, onInvalid, icmpFromPort: true });
}

export function ip(text: string): Address {
  const address = parseAddress(text);
  if (address === null) throw new Error(`${text} is no address`);
  return address;
}

/** The only candidate of a pod. */
export function podOf(index: PolicyIndex, namespace: string, name: string): Candidate {
  return only(index.ofEndpoints(index.endpointsNamed(namespace, name)));
}

export function only<T>(list: readonly T[]): T {
  const [one, ...others] = list;
  if (one === undefined || others.length > 0) throw new Error(`${list.length} instead of one`);
  return one;
}

/** A connection over TCP to port 80 of the destination, whose ingress is judged, unless given otherwise. */
export function connection(
  source: Candidate,
  destination: Candidate,
  others: Partial<Facts> = {},
): Facts {
  return {
    direction: 'ingress',
    protocol: 6,
    sourcePort: 40_000,
    destPort: 80,
    icmpType: -1,
    icmpCode: -1,
    source,
    destination,
    ...others,
  };
}

/** `deny: 0|t1|np:shop/web|deny|0` and the like; `allow|deny: …` where it is open, `~` where only the trace is. */
export function summary(evaluation: ScopeEvaluation): string {
  if (evaluation.status === 'failed') return 'failed';
  const trace = evaluation.trace.map((hit) => formatHit(hit)).join(', ');
  if (evaluation.status === 'uncertain') return `${evaluation.possible.join('|')}: ${trace}`.trim();
  return `${evaluation.verdict}${evaluation.isTraceCertain ? '' : ' ~'}: ${trace}`.trim();
}

/** A Namespace, and in it pods, each `name ip key=value …`. */
export function cluster(namespace: string, pods: readonly string[], labels = ''): string {
  return [
    `---\napiVersion: v1\nkind: Namespace\nmetadata: { name: ${namespace}, labels: { ${labels} } }`,
    ...pods.map((pod) => {
      const [name, address, ...pairs] = pod.split(' ');
      const own = pairs.map((pair) => pair.replace('=', ': ')).join(', ');
      return `---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: ${namespace}, labels: { ${own} } }
spec: { nodeName: n1, containers: [{ name: c }] }
status: { podIP: ${address} }`;
    }),
    '',
  ].join('\n');
}

/** A document of kind `StagedNetworkPolicy shop/name` (or a global kind and a bare name) with that spec. */
export function document(head: string, spec: string, metadata = ''): string {
  const [kind, path = ''] = head.split(' ');
  const [namespace, name] = path.includes('/') ? path.split('/') : [null, path];
  const home = namespace === null ? '' : `, namespace: ${namespace}`;
  return `---
apiVersion: projectcalico.org/v3
kind: ${kind}
metadata: { name: ${name}${home}${metadata} }
spec: ${spec}
`;
}
