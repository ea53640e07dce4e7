import { checkEmpty, emptyBody, readStagedAction } from './calico-policy.ts';
import type { Body } from './calico-policy.ts';
import type { Fields } from './fields.ts';
import { kubernetesRules } from './kubernetes-rule.ts';
import { checkLabelSelector, podSelectorText } from './label-selector.ts';
import type { DecodeContext, Decoder, Manifest } from './manifest.ts';
import type { Policy, StagedAction } from './model.ts';
import { checkMetadata } from './labels.ts';
import { nameFlaw } from './names.ts';
import { readPolicyTypes } from './policy-types.ts';
import { policySelectorText } from './selector-texts.ts';

/**
 * Kubernetes' NetworkPolicy and its staged form (semantics 1.4, 2.5). Kubernetes checks only the
 * first at admission; of the second we refuse whatever it would refuse once it is promoted.
 */
export function kubernetesPolicy(
  kind: 'KubernetesNetworkPolicy' | 'StagedKubernetesNetworkPolicy',
): Decoder {
  const isStaged = kind === 'StagedKubernetesNetworkPolicy';
  return (manifest, context) => {
    const { spec, metadata } = manifest;
    const flaw = nameFlaw(manifest.name);
    if (flaw !== null) metadata.report('refused', 'name', { message: flaw });
    checkMetadata(metadata);
    spec.warnOfUnknown(isStaged ? [...specFields, 'stagedAction'] : specFields);
    const stagedAction = isStaged ? readStagedAction(spec) : null;
    const isDelete = stagedAction === 'Delete';
    if (isDelete) checkEmpty(spec, ['stagedAction']);
    const body = isDelete ? emptyBody : readBody(manifest, context, stagedAction);
    const policy: Policy = {
      kind,
      namespace: manifest.namespace,
      name: manifest.name,
      tier: 'default',
      order: 1000,
      stagedAction,
      ...body,
      state: manifest.findings.state(context.reading),
      position: manifest.document.locate([]),
    };
    return { into: 'policies', value: policy };
  };
}

const specFields = ['podSelector', 'ingress', 'egress', 'policyTypes'];

function readBody(
  manifest: Manifest,
  context: DecodeContext,
  stagedAction: StagedAction | null,
): Body {
  const read = (): Body => decodeBody(manifest, context, stagedAction !== null);
  // What will never be enforced may be whatever is admitted as a staged policy.
  return stagedAction === 'Ignore' ? manifest.findings.leniently(read) : read();
}

function decodeBody(manifest: Manifest, context: DecodeContext, isStaged: boolean): Body {
  const { spec, namespace } = manifest;
  const { selectors } = context;
  checkLabelSelector(spec.child('podSelector'));
  return {
    ...readPolicyTypes(spec, context.rawTypes),
    forWorkloads: true,
    selector: readSelector(spec, namespace, context),
    ingressRules: kubernetesRules(spec, { namespace, selectors, isStaged, direction: 'ingress' }),
    egressRules: kubernetesRules(spec, { namespace, selectors, isStaged, direction: 'egress' }),
  };
}

function readSelector(spec: Fields, namespace: string, context: DecodeContext): Body['selector'] {
  const texts = {
    selector: podSelectorText(spec.child('podSelector')),
    namespaceSelector: '',
    serviceAccountSelector: '',
  };
  const text = policySelectorText(texts, namespace, context.selectors);
  const selector = context.selectors.parse(text);
  if (selector.kind !== 'error') return selector;
  spec.report('dropped', 'podSelector', {
    message: `Felix drops the whole policy because of this selector: ${selector.message}`,
  });
  return emptyBody.selector;
}
