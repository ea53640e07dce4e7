/** What the absence of a label tells depends on its key (contract 4, rules 2 and 5). */
export const KeyClass = {
  plain: 0,
  /** Differs from pod to pod of one workload. */
  volatile: 1,
  /** Which namespace, which orchestrator: every record says so. */
  namespace: 2,
  orchestrator: 3,
  serviceAccount: 4,
  /** Other labels of Calico's, which it strips from records. */
  calico: 5,
  /** Inherited from the namespace, from the service account. */
  ofNamespace: 6,
  ofServiceAccount: 7,
} as const;

export const KEY_CLASSES = 8;

export const NAMESPACE_KEY = 'projectcalico.org/namespace';
export const ORCHESTRATOR_KEY = 'projectcalico.org/orchestrator';
export const SERVICE_ACCOUNT_KEY = 'projectcalico.org/serviceaccount';
export const NAMESPACE_PREFIX = 'pcns.';
export const SERVICE_ACCOUNT_PREFIX = 'pcsa.';

export function keyClassOf(key: string): number {
  const own = OWN_KEYS.get(key);
  if (own !== undefined) return own;
  if (key.startsWith('projectcalico.org/')) return KeyClass.calico;
  if (key.startsWith(NAMESPACE_PREFIX)) return KeyClass.ofNamespace;
  if (key.startsWith(SERVICE_ACCOUNT_PREFIX)) return KeyClass.ofServiceAccount;
  return VOLATILE_KEYS.has(key) ? KeyClass.volatile : KeyClass.plain;
}

const OWN_KEYS: ReadonlyMap<string, number> = new Map([
  [NAMESPACE_KEY, KeyClass.namespace],
  [ORCHESTRATOR_KEY, KeyClass.orchestrator],
  [SERVICE_ACCOUNT_KEY, KeyClass.serviceAccount],
]);

/** Keys that controllers give another value on each pod or each rollout. */
const VOLATILE_KEYS: ReadonlySet<string> = new Set([
  'pod-template-hash',
  'pod-template-generation',
  'controller-revision-hash',
  'controller-uid',
  'job-name',
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'batch.kubernetes.io/controller-uid',
  'batch.kubernetes.io/job-name',
  'batch.kubernetes.io/job-completion-index',
]);
