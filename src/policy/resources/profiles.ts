import { anyRule } from './grouped-rules.ts';
import type { Decoder } from './manifest.ts';
import type { Labels, Profile, Rule } from './model.ts';
import { checkMetadata } from './labels.ts';
import { nameFlaw } from './names.ts';
import { decodeRules } from './rule.ts';
import { inherited } from './selectors.ts';

/** Namespace: the profile `kns.<name>`, which allows everything (semantics 2.4). */
export const decodeNamespace: Decoder = ({ metadata, name }) => ({
  into: 'namespaces',
  value: {
    key: name,
    profile: {
      name: `kns.${name}`,
      ingressRules: [allowAll],
      egressRules: [allowAll],
      labelsToApply: prefixed(metadata.map('labels'), inherited.namespace, name),
    },
  },
});

/** ServiceAccount: the profile `ksa.<namespace>.<name>`, which has no rules (semantics 2.4). */
export const decodeServiceAccount: Decoder = ({ metadata, namespace, name }) => ({
  into: 'serviceAccounts',
  value: {
    key: `${namespace}/${name}`,
    profile: {
      name: `ksa.${namespace}.${name}`,
      ingressRules: [],
      egressRules: [],
      labelsToApply: prefixed(metadata.map('labels'), inherited.serviceAccount, name),
    },
  },
});

/** Profile (semantics 1.8). */
export const decodeProfile: Decoder = ({ spec, metadata, name }, { selectors }) => {
  checkMetadata(metadata);
  const flaw = nameFlaw(name);
  if (flaw !== null) metadata.report('refused', 'name', { message: flaw });
  spec.warnOfUnknown(['ingress', 'egress', 'labelsToApply']);
  const profile: Profile = {
    name,
    ingressRules: decodeRules(spec, 'ingress', { namespace: '', selectors, direction: 'ingress' }),
    egressRules: decodeRules(spec, 'egress', { namespace: '', selectors, direction: 'egress' }),
    labelsToApply: spec.map('labelsToApply'),
  };
  return { into: 'profiles', value: profile };
};

const allowAll: Rule = { ...anyRule, action: 'allow' };

/** The profile that Calico always has. */
export const defaultAllowProfile: Profile = {
  name: 'projectcalico-default-allow',
  ingressRules: [allowAll],
  egressRules: [allowAll],
  labelsToApply: new Map(),
};

function prefixed(labels: Labels, prefix: string, name: string): Labels {
  const own = new Map<string, string>();
  for (const [key, value] of labels) own.set(`${prefix}${key}`, value);
  return own.set(`${prefix}projectcalico.org/name`, name);
}
