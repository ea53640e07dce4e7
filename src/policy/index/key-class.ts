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

/** Labels that Calico gives every pod (semantics 2.1). */
export const calicoKeys = {
  namespace: 'projectcalico.org/namespace',
  orchestrator: 'projectcalico.org/orchestrator',
  serviceAccount: 'projectcalico.org/serviceaccount',
} as const;

/** What keys of inherited labels begin with. */
export const calicoPrefixes = { namespace: 'pcns.', serviceAccount: 'pcsa.' } as const;

export function keyClassOf(key: string): number {
  const own = OWN_KEYS.get(key);
  if (own !== undefined) return own;
  if (key.startsWith('projectcalico.org/')) return KeyClass.calico;
  if (key.startsWith(calicoPrefixes.namespace)) return KeyClass.ofNamespace;
  if (key.startsWith(calicoPrefixes.serviceAccount)) return KeyClass.ofServiceAccount;
  return VOLATILE_KEYS.has(key) ? KeyClass.volatile : KeyClass.plain;
}

const OWN_KEYS: ReadonlyMap<string, number> = new Map([
  [calicoKeys.namespace, KeyClass.namespace],
  [calicoKeys.orchestrator, KeyClass.orchestrator],
  [calicoKeys.serviceAccount, KeyClass.serviceAccount],
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
