import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createWorkload, type Workload } from '../../../bench/workload/workload.ts';
import { Reference } from '../checker/reference.ts';

interface Manifest {
  readonly kind: string;
}

/** A folder of policies that stages read, the load that goes with it, and what both must come to. */
export class PolicyFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'rehearsal-chaos-'));
  readonly workload: Workload;
  readonly reference: Reference;
  readonly #variants: readonly string[];

  constructor(seed: number) {
    this.workload = createWorkload('small', seed);
    const { items } = JSON.parse(this.workload.manifests) as { readonly items: Manifest[] };
    const inventory = items.filter(({ kind }) => !kind.endsWith('NetworkPolicy'));
    const policies = items.filter(({ kind }) => kind.endsWith('NetworkPolicy'));
    const half = policies.filter(({ kind }, at) => kind !== 'StagedNetworkPolicy' || at % 4 < 2);
    const sets = [policies, half].map((set) => listOf([...inventory, ...set]));
    this.reference = referenceFor(seed, sets);
    this.#variants = [listOf(policies), listOf(half)];
    writeFileSync(join(this.path, 'inventory.json'), listOf(inventory));
    this.write(0);
  }

  /** Puts one of two sets of policies in force, soon. */
  write(variant: number): void {
    const text = this.#variants[variant % this.#variants.length] ?? '';
    writeFileSync(join(this.path, 'policies.json'), text);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Slow as it is, it is asked once for each flow, whoever asks first. */
const references = new Map<number, Reference>();

function referenceFor(seed: number, sets: readonly string[]): Reference {
  const known = references.get(seed);
  if (known !== undefined) return known;
  const reference = new Reference();
  for (const set of sets) reference.add(set);
  references.set(seed, reference);
  return reference;
}

function listOf(items: readonly Manifest[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}
