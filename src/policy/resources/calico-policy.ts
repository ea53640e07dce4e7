import { isMembers } from './fields.ts';
import type { Fields } from './fields.ts';
import { checkLength } from './entity.ts';
import type { DecodeContext, Decoder, Manifest } from './manifest.ts';
import type { Policy, StagedAction } from './model.ts';
import { checkMetadata } from './labels.ts';
import { nameFlaw, policyNameFlaw } from './names.ts';
import { readTypes } from './policy-types.ts';
import { decodeRules } from './rule.ts';
import { policySelectorText } from './selector-texts.ts';
import type { PolicyTexts } from './selector-texts.ts';
import { shown } from './shown.ts';

/** The four kinds of Calico's own policies (semantics 1.3). */
export function calicoPolicy(kind: CalicoKind): Decoder {
  return (manifest, context) => {
    const { spec, metadata } = manifest;
    const shape = shapes[kind];
    const flaw = policyNameFlaw(manifest.name, shape.isNamespaced);
    if (flaw !== null) metadata.report('refused', 'name', { message: flaw });
    checkMetadata(metadata);
    spec.warnOfUnknown(shape.isStaged ? [...shape.fields, 'stagedAction'] : shape.fields);
    const stagedAction = shape.isStaged ? readStagedAction(spec) : null;
    const tier = readTier(spec);
    const isDelete = stagedAction === 'Delete';
    if (isDelete) checkEmpty(spec, ['stagedAction', 'tier']);
    const body = isDelete ? emptyBody : decodeBody(manifest, context);
    const policy: Policy = {
      kind,
      namespace: manifest.namespace,
      name: manifest.name,
      tier,
      order: isDelete ? Infinity : readOrder(spec),
      stagedAction,
      ...body,
      state: manifest.findings.state(context.reading),
      position: manifest.document.locate([]),
    };
    return { into: 'policies', value: policy };
  };
}

/** `stagedAction` of a staged policy; what Felix does not know counts as Set (semantics 1.10). */
export function readStagedAction(spec: Fields): StagedAction {
  const text = spec.text('stagedAction');
  switch (text) {
    case 'Set':
    case 'Delete':
    case 'Learn':
    case 'Ignore':
      return text;
    case '':
      return 'Set';
    default:
      spec.report('refused', 'stagedAction', {
        message: `${shown(text)} is no staged action`,
        hint: 'use `Set`, `Delete`, `Learn` or `Ignore`',
      });
      return 'Set';
  }
}

/** A staged deletion may say nothing but what it deletes. */
export function checkEmpty(spec: Fields, allowed: readonly string[]): void {
  for (const name of spec.names()) {
    if (allowed.includes(name) || isZero(spec.any(name))) continue;
    spec.report('broken', name, {
      message: `a policy with \`stagedAction: Delete\` may not have ${shown(name)}`,
      hint: 'remove it: the policy of the same name will be deleted whatever it says',
    });
  }
}

/** What a staged deletion has in place of a decoded spec. */
export const emptyBody = {
  selector: { kind: 'all' },
  ingress: false,
  egress: false,
  ingressRules: [],
  egressRules: [],
  forWorkloads: true,
} as const satisfies Body;

export type Body = Pick<
  Policy,
  'selector' | 'ingress' | 'egress' | 'ingressRules' | 'egressRules' | 'forWorkloads'
>;

type CalicoKind =
  | 'NetworkPolicy'
  | 'GlobalNetworkPolicy'
  | 'StagedNetworkPolicy'
  | 'StagedGlobalNetworkPolicy';

const unreadableTier = '';

const namespacedFields = [
  'tier',
  'order',
  'ingress',
  'egress',
  'selector',
  'types',
  'serviceAccountSelector',
  'performanceHints',
];
const globalFields = [
  ...namespacedFields,
  'namespaceSelector',
  'doNotTrack',
  'preDNAT',
  'applyOnForward',
];

const shapes = {
  NetworkPolicy: { isNamespaced: true, isStaged: false, fields: namespacedFields },
  GlobalNetworkPolicy: { isNamespaced: false, isStaged: false, fields: globalFields },
  StagedNetworkPolicy: { isNamespaced: true, isStaged: true, fields: namespacedFields },
  StagedGlobalNetworkPolicy: { isNamespaced: false, isStaged: true, fields: globalFields },
} as const;

function readOrder(spec: Fields): number {
  return spec.number('order') ?? (spec.has('order') ? NaN : Infinity);
}

function readTier(spec: Fields): string {
  const tier = spec.text('tier');
  if (tier === '' && spec.has('tier') && spec.any('tier') !== '') return unreadableTier;
  const flaw = tier === '' ? null : nameFlaw(tier);
  if (flaw !== null) spec.report('refused', 'tier', { message: flaw });
  return tier === '' ? 'default' : tier;
}

function decodeBody(manifest: Manifest, context: DecodeContext): Body {
  const { spec, namespace } = manifest;
  const { selectors } = context;
  const isGlobal = namespace === '';
  checkHints(spec);
  const directions = readTypes(spec, context.rawTypes);
  const flags = isGlobal ? readFlags(spec) : { forWorkloads: true };
  return {
    ...directions,
    ...flags,
    selector: readSelector(manifest, context),
    ingressRules: decodeRules(spec, 'ingress', { namespace, selectors, direction: 'ingress' }),
    egressRules: decodeRules(spec, 'egress', { namespace, selectors, direction: 'egress' }),
  };
}

function readSelector({ spec, namespace }: Manifest, context: DecodeContext): Policy['selector'] {
  const { selectors } = context;
  const isGlobal = namespace === '';
  const names = ['selector', 'serviceAccountSelector'];
  if (isGlobal) names.push('namespaceSelector');
  let isSound = true;
  for (const name of names) {
    checkLength(spec, name);
    // Felix forgets a namespaceSelector or serviceAccountSelector that does not parse.
    const isMain = name === 'selector';
    if (!selectors.check(spec, name, isMain ? 'broken' : 'refused')) isSound &&= !isMain;
    if (spec.text(name).includes('global(')) {
      spec.report('refused', name, {
        message: '`global()` may stand only in the `namespaceSelector` of a rule',
      });
    }
  }
  const texts: PolicyTexts = {
    selector: spec.text('selector'),
    namespaceSelector: isGlobal ? spec.text('namespaceSelector') : '',
    serviceAccountSelector: spec.text('serviceAccountSelector'),
  };
  const selector = selectors.parse(policySelectorText(texts, namespace, selectors));
  if (selector.kind !== 'error') return selector;
  if (isSound) reportDropped(spec, texts, selector.message);
  return emptyBody.selector;
}

function reportDropped(spec: Fields, texts: PolicyTexts, reason: string): void {
  const isBlank = texts.selector !== '' && texts.selector.trim() === '';
  spec.report('dropped', isBlank ? 'selector' : null, {
    message: isBlank
      ? 'Felix drops the whole policy because its selector is blank'
      : `Felix drops the whole policy because of its selectors: ${reason}`,
    hint: isBlank ? 'remove it, or write `all()`' : '',
  });
}

function checkHints(spec: Fields): void {
  const hints = spec.texts('performanceHints');
  for (const [index, hint] of hints.entries()) {
    if (hint === 'AssumeNeededOnEveryNode' && index === 0) continue;
    spec.item('performanceHints').report('broken', index, {
      message: `${shown(hint)} is no performance hint, or is given twice`,
      hint: 'use `AssumeNeededOnEveryNode`, once',
    });
  }
}

function readFlags(spec: Fields): Pick<Body, 'forWorkloads'> {
  const doNotTrack = spec.boolean('doNotTrack');
  const preDnat = spec.boolean('preDNAT');
  if (!doNotTrack && !preDnat) return { forWorkloads: true };
  if (doNotTrack && preDnat) {
    spec.report('refused', 'preDNAT', { message: 'preDNAT and doNotTrack cannot both be true' });
  }
  if (!spec.boolean('applyOnForward')) {
    const name = preDnat ? 'preDNAT' : 'doNotTrack';
    spec.report('refused', name, { message: `${name} needs \`applyOnForward: true\`` });
  }
  if (preDnat && spec.list('egress').length > 0) {
    spec.report('refused', 'egress', { message: 'a preDNAT policy cannot have egress rules' });
  }
  if (preDnat && spec.texts('types').includes('Egress')) {
    spec.report('refused', 'types', { message: 'a preDNAT policy cannot have the type `Egress`' });
  }
  return { forWorkloads: false };
}

/** Whether a member says no more than an absent one. */
function isZero(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isMembers(value)) return Object.keys(value).length === 0;
  return value === undefined || value === '' || value === false;
}
