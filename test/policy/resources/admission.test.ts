// Every object of the conformance data of which Calico's own code said whether it is admitted and
// what Felix does with it once it is stored.
import { describe, expect, test } from 'vitest';
import type { Resources } from '../../../src/policy/resources/model.ts';
import { conformanceRows } from '../../support/conformance.ts';
import { decodeObjects } from './decoding.ts';

interface Row {
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

const rows = conformanceRows<Row>('invalid');

/** A quote in a service account's name is admitted, and breaks out of Calico's selector (semantics 1.16). */
const refusedOnPurpose = new Set(['I246']);

describe('conformance of admission', () => {
  test('all rows are there', () => {
    expect(rows).toHaveLength(747);
  });

  test('enforcement mode refuses what the API server refuses', () => {
    const wrong = rows.filter((row) => {
      const isExpected = !(row.valid || row.stage === 'felix') || isUnfitForPromotion(row);
      return isRefused(row) !== (isExpected || refusedOnPurpose.has(row.id));
    });
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  test('enforcement mode holds inert what is admitted and then dropped', () => {
    const wrong = rows.filter((row) => {
      if (row.stage !== 'felix' || isUnfitForPromotion(row)) return false;
      const { policies, problems } = decode(row, 'enforcement');
      return (
        policies[0]?.state !== 'inert' || problems.every(({ severity }) => severity === 'error')
      );
    });
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  test('calico mode keeps what Felix keeps', () => {
    const wrong = rows.filter((row) => isKept(row) !== (row.felix === 'kept'));
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  test('calico mode never has errors', () => {
    const wrong = rows.filter((row) =>
      decode(row, 'calico').problems.some(({ severity }) => severity === 'error'),
    );
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  test('whatever is not taken as it stands is said', () => {
    const wrong = rows.filter((row) => !row.valid && decode(row, 'calico').problems.length === 0);
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });
});

/** A staged policy of Kubernetes is not checked at admission; its enforced form would be. */
function isUnfitForPromotion(row: Row): boolean {
  const { kind, spec } = row.object;
  if (kind !== 'StagedKubernetesNetworkPolicy') return false;
  if (['Delete', 'Ignore'].includes(String(spec['stagedAction']))) return false;
  const { stagedAction: _, ...enforced } = spec;
  const object = { ...row.object, kind: 'NetworkPolicy', spec: enforced };
  return isRefused({ ...row, object: { ...object, apiVersion: 'networking.k8s.io/v1' } as never });
}

function isRefused(row: Row): boolean {
  const { policies, problems } = decode(row, 'enforcement');
  const isError = problems.some(({ severity }) => severity === 'error');
  const [policy] = policies;
  if (policy !== undefined && (policy.state === 'rejected') !== isError) {
    throw new Error(`${row.id}: state and problems disagree`);
  }
  return isError;
}

function isKept(row: Row): boolean {
  const { policies, inventory, tiers } = decode(row, 'calico');
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
function decode(row: Row, mode: 'enforcement' | 'calico'): Resources {
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
