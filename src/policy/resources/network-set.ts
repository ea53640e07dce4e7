import type { Prefix } from '../../net/address.ts';
import { parsePrefix } from '../../net/prefix.ts';
import type { Fields } from './fields.ts';
import { lifetimeOf } from './manifest.ts';
import type { Decoder } from './manifest.ts';
import type { NetworkSet } from './model.ts';
import { checkMetadata } from './labels.ts';
import { nameFlaw } from './names.ts';
import { shown } from './shown.ts';

/** NetworkSet and GlobalNetworkSet (semantics 1.7). */
export const decodeNetworkSet: Decoder = (manifest) => {
  const { spec, metadata, namespace, name } = manifest;
  const flaw = nameFlaw(name);
  if (flaw !== null) metadata.report('refused', 'name', { message: flaw });
  checkMetadata(metadata);
  const labels = new Map(metadata.map('labels'));
  if (labels.has(namespaceLabel)) {
    metadata.childOrEmpty('labels').report('refused', namespaceLabel, {
      message: `Calico sets the label \`${namespaceLabel}\` itself`,
    });
  }
  if (namespace !== '') labels.set(namespaceLabel, namespace);
  spec.warnOfUnknown(['nets', 'allowedEgressDomains']);
  const set: NetworkSet = {
    namespace,
    name,
    uid: metadata.text('uid') === '' ? null : metadata.text('uid'),
    labels,
    profiles: namespace === '' ? [] : [`kns.${namespace}`],
    nets: readNets(spec),
    lifetime: lifetimeOf(metadata),
  };
  return { into: 'networkSets', value: set };
};

const namespaceLabel = 'projectcalico.org/namespace';

/** Masked; bare addresses as blocks of one; what cannot be read is left out. */
function readNets(spec: Fields): Prefix[] {
  const nets: Prefix[] = [];
  for (const [index, text] of spec.texts('nets').entries()) {
    const parsed = parsePrefix(text);
    if (parsed === null) {
      spec
        .item('nets')
        .report('refused', index, { message: `${shown(text)} is no CIDR or address` });
    } else {
      nets.push(parsed.prefix);
    }
  }
  return nets;
}
