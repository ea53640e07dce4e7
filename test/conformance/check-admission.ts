import type { Resources } from '../../src/policy/resources/model.ts';
import { decodeObjects } from '../policy/resources/decoding.ts';
import { conformanceRows } from '../support/conformance.ts';
import { checkRows, type FileResult } from './file-result.ts';

/** One object, and whether Calico's own code admits it and what Felix does with it once it is stored. */
export interface AdmissionRow {
  readonly id: string;
  readonly object: {
    readonly kind: string;
    readonly metadata: { readonly name: string };
    readonly spec: Readonly<Record<string, unknown>>;
  };
  readonly valid: boolean;
  readonly stage?: 'parse' | 'admission' | 'felix';
  readonly felix: 'kept' | 'dropped' | 'not-sent';
}

/** Compares what is refused in `enforcement` mode and kept in `calico` mode with what Calico does. */
export function checkAdmission(): FileResult {
  return checkRows(admissionRows(), {
    name: ({ id }) => id,
    expected: (row) => ({ isRefused: mustBeRefused(row), isKept: row.felix === 'kept' }),
    actual: (row) => ({ isRefused: isRefused(row), isKept: isKept(row) }),
  });
}

export function admissionRows(): readonly AdmissionRow[] {
  return conformanceRows<AdmissionRow>('invalid');
}

/** A quote in a service account's name is admitted, and breaks out of Calico's selector (semantics 1.16). */
const refusedOnPurpose = new Set(['I246']);

function mustBeRefused(row: AdmissionRow): boolean {
  const isAdmitted = row.valid || row.stage === 'felix';
  return !isAdmitted || isUnfitForPromotion(row) || refusedOnPurpose.has(row.id);
}

/** A staged policy of Kubernetes is not checked at admission; its enforced form would be. */
export function isUnfitForPromotion(row: AdmissionRow): boolean {
  const { kind, spec } = row.object;
  if (kind !== 'StagedKubernetesNetworkPolicy') return false;
  if (['Delete', 'Ignore'].includes(String(spec['stagedAction']))) return false;
  const { stagedAction: _, ...enforced } = spec;
  const object = { ...row.object, kind: 'NetworkPolicy', spec: enforced };
  return isRefused({ ...row, object: { ...object, apiVersion: 'networking.k8s.io/v1' } as never });
}

function isRefused(row: AdmissionRow): boolean {
  const { policies, problems } = decodeRow(row, 'enforcement');
  const isError = problems.some(({ severity }) => severity === 'error');
  const [policy] = policies;
  if (policy !== undefined && (policy.state === 'rejected') !== isError) {
    throw new Error(`${row.id}: state and problems disagree`);
  }
  return isError;
}

function isKept(row: AdmissionRow): boolean {
  const { policies, inventory, tiers } = decodeRow(row, 'calico');
  switch (row.object.kind) {
    case 'Tier':
      return tiers.some(
        ({ name, order }) =>
          name === row.object.metadata.name && order === (row.object.spec['order'] ?? 1_000_000),
      );
    case 'HostEndpoint':
      return inventory.hostEndpoints.length === 1;
    case 'NetworkSet':
    case 'GlobalNetworkSet':
      return inventory.networkSets.length === 1;
    default:
      return policies[0]?.state === 'live' && policies[0].stagedAction !== 'Delete';
  }
}

/** The row's object with the Tier that it names; a policy in a tier that no Tier can be is not judged by its tier. */
export function decodeRow(row: AdmissionRow, mode: 'enforcement' | 'calico'): Resources {
  const named = row.object.kind === 'Tier' ? '' : row.object.spec['tier'];
  const tier = typeof named === 'string' ? named : '';
  const builtIn = ['', 'default', 'kube-admin', 'kube-baseline'];
  const resources = decodeObjects(
    builtIn.includes(tier) ? [row.object] : [row.object, tierObject(tier)],
    { mode },
  );
  if (!isBeyondTierNames(tier)) return resources;
  return decodeObjects([{ ...row.object, spec: { ...row.object.spec, tier: 'default' } }], {
    mode,
  });
}

/** `spec.tier` may be what no Tier's name can be. */
function isBeyondTierNames(tier: string): boolean {
  return tier === 'a.b' || tier.length > 63;
}

function tierObject(name: string): object {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'Tier',
    metadata: { name },
    spec: { order: 5 },
  };
}
