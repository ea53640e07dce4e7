import { judge } from '../../../src/flow/judge.ts';
import type { FlowEvaluation } from '../../../src/flow/evaluation.ts';
import type { Flow } from '../../../src/flow/flow.ts';
import type { PolicyMode } from '../../../src/policy/actions.ts';
import { compileIndex } from '../../../src/policy/index/compile.ts';
import { decodeObjects } from '../../policy/resources/decoding.ts';
import { aFlow } from './flows.ts';

/** Objects of a small cluster, as `kubectl get -o json` shows them. */
export function aNamespace(name: string, labels: object = {}): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

interface PodParts {
  readonly labels?: object;
  readonly generateName?: string;
  readonly created?: string;
}

export function aPod(name: string, ip: string, parts: PodParts = {}): object {
  const { labels = {}, generateName, created } = parts;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'shop', name, generateName, labels, creationTimestamp: created },
    spec: {
      nodeName: 'n1',
      serviceAccountName: 'default',
      containers: [{ name: 'c', image: 'i' }],
    },
    status: { phase: 'Running', podIP: ip, podIPs: [{ ip }] },
  };
}

/** A staged policy of namespace shop that lets in what one rule allows, and nothing else. */
export function aStagedPolicy(rule: object, spec: object = {}): object {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'StagedNetworkPolicy',
    metadata: { namespace: 'shop', name: 'strict' },
    spec: {
      selector: "app == 'ledger'",
      types: ['Ingress'],
      ingress: [{ action: 'Allow', ...rule }],
      ...spec,
    },
  };
}

export function aNetworkSet(name: string, nets: readonly string[], labels: object): object {
  const metadata = { namespace: 'shop', name, labels };
  return { apiVersion: 'projectcalico.org/v3', kind: 'NetworkSet', metadata, spec: { nets } };
}

export function aPool(cidr: string): object {
  const metadata = { name: 'pool' };
  return { apiVersion: 'projectcalico.org/v3', kind: 'IPPool', metadata, spec: { cidr } };
}

/** What is said of a flow to shop/ledger, by policies and inventory of these objects. */
export function judgeAmong(
  objects: readonly object[],
  flow: Partial<Flow>,
  mode: PolicyMode = 'enforcement',
): FlowEvaluation {
  const options = { mode, onInvalid: mode === 'calico' ? 'drop' : 'uncertain' } as const;
  const resources = decodeObjects(objects, options);
  const [problem] = resources.problems.filter(({ severity }) => severity === 'error');
  if (problem !== undefined && options.onInvalid === 'drop') throw new Error(problem.message);
  return judge(compileIndex(resources, { ...options, icmpFromPort: true }), aFlow(flow));
}
