import type { Decoder, Manifest } from './manifest.ts';
import type { Tier } from './model.ts';
import { checkMetadata } from './labels.ts';
import { labelNameFlaw } from './names.ts';
import { shown } from './shown.ts';

/** The tiers that exist whether or not they have an object (semantics 1.2). */
export const builtInTiers: readonly Tier[] = [
  { name: 'kube-admin', order: 1000, defaultAction: 'pass' },
  { name: 'default', order: 1_000_000, defaultAction: 'deny' },
  { name: 'kube-baseline', order: 10_000_000, defaultAction: 'pass' },
];

/** Tier (semantics 1.2): without an order it has 1,000,000, and any default action but `Pass` is Deny. */
export const decodeTier: Decoder = (manifest) => {
  const { spec, metadata } = manifest;
  const flaw = labelNameFlaw(manifest.name);
  if (flaw !== null) metadata.report('refused', 'name', { message: flaw });
  checkMetadata(metadata);
  spec.warnOfUnknown(['order', 'defaultAction']);
  const order = spec.number('order');
  const action = spec.text('defaultAction');
  if (!['', 'Pass', 'Deny'].includes(action)) {
    spec.report('refused', 'defaultAction', {
      message: `${shown(action)} is no default action of a tier`,
      hint: 'use `Deny` or `Pass`',
    });
  }
  const tier: Tier = {
    name: manifest.name,
    order: order ?? 1_000_000,
    defaultAction: action === 'Pass' ? 'pass' : 'deny',
  };
  checkBuiltIn(manifest, tier, order);
  return { into: 'tiers', value: tier };
};

function checkBuiltIn({ spec }: Manifest, tier: Tier, order: number | null): void {
  const builtIn = builtInTiers.find(({ name }) => name === tier.name);
  if (builtIn === undefined) return;
  if (order !== builtIn.order) {
    spec.report('refused', 'order', {
      message: `the order of the built-in tier \`${tier.name}\` must be ${builtIn.order}`,
    });
  }
  if (tier.defaultAction !== builtIn.defaultAction) {
    const action = builtIn.defaultAction === 'pass' ? 'Pass' : 'Deny';
    spec.report('refused', 'defaultAction', {
      message: `the default action of the built-in tier \`${tier.name}\` must be ${shown(action)}`,
    });
  }
}
