interface KindInfo {
  /** Kind in the short form of a hit's text (semantics 1.1); empty for the kinds that have none. */
  readonly short: string;
  readonly namespaced: boolean;
  readonly staged: boolean;
  /** The kind that promotion makes of a staged one; an enforced kind names itself. */
  readonly enforced: string;
  /** Goldmane's name and number of the kind (semantics 6.5). */
  readonly goldmane: string;
  readonly goldmaneNumber: number;
}

/** Every kind of policy that a hit can name, by Calico's internal name (semantics 1.1). */
export const policyKinds = {
  NetworkPolicy: {
    short: 'np',
    namespaced: true,
    staged: false,
    enforced: 'NetworkPolicy',
    goldmane: 'CalicoNetworkPolicy',
    goldmaneNumber: 1,
  },
  GlobalNetworkPolicy: {
    short: 'gnp',
    namespaced: false,
    staged: false,
    enforced: 'GlobalNetworkPolicy',
    goldmane: 'GlobalNetworkPolicy',
    goldmaneNumber: 2,
  },
  StagedNetworkPolicy: {
    short: 'snp',
    namespaced: true,
    staged: true,
    enforced: 'NetworkPolicy',
    goldmane: 'StagedNetworkPolicy',
    goldmaneNumber: 3,
  },
  StagedGlobalNetworkPolicy: {
    short: 'sgnp',
    namespaced: false,
    staged: true,
    enforced: 'GlobalNetworkPolicy',
    goldmane: 'StagedGlobalNetworkPolicy',
    goldmaneNumber: 4,
  },
  StagedKubernetesNetworkPolicy: {
    short: 'sknp',
    namespaced: true,
    staged: true,
    enforced: 'KubernetesNetworkPolicy',
    goldmane: 'StagedKubernetesNetworkPolicy',
    goldmaneNumber: 5,
  },
  KubernetesNetworkPolicy: {
    short: 'knp',
    namespaced: true,
    staged: false,
    enforced: 'KubernetesNetworkPolicy',
    goldmane: 'NetworkPolicy',
    goldmaneNumber: 6,
  },
  KubernetesClusterNetworkPolicy: {
    short: 'kcnp',
    namespaced: false,
    staged: false,
    enforced: 'KubernetesClusterNetworkPolicy',
    goldmane: 'ClusterNetworkPolicy',
    goldmaneNumber: 11,
  },
  // v3.30 and v3.31 only: met in records, never loaded (semantics 2.6).
  AdminNetworkPolicy: {
    short: '',
    namespaced: false,
    staged: false,
    enforced: 'AdminNetworkPolicy',
    goldmane: 'AdminNetworkPolicy',
    goldmaneNumber: 7,
  },
  BaselineAdminNetworkPolicy: {
    short: '',
    namespaced: false,
    staged: false,
    enforced: 'BaselineAdminNetworkPolicy',
    goldmane: 'BaselineAdminNetworkPolicy',
    goldmaneNumber: 8,
  },
  Profile: {
    short: 'pro',
    namespaced: false,
    staged: false,
    enforced: 'Profile',
    goldmane: 'Profile',
    goldmaneNumber: 9,
  },
} as const satisfies Record<string, KindInfo>;

export type PolicyKind = keyof typeof policyKinds;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.keys forgets which keys the table has
export const kindNames = Object.keys(policyKinds) as readonly PolicyKind[];
