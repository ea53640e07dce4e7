import { readNets } from './nets.ts';
import type { Fields } from './fields.ts';
import type { EntityRule } from './model.ts';
import { nameFlaw } from './names.ts';
import { readPorts } from './ports.ts';
import type { Selectors } from './selectors.ts';
import { entitySelectorText } from './selector-texts.ts';
import type { EntityTexts } from './selector-texts.ts';
import { shown } from './shown.ts';

/** What the reading of a rule depends on. `namespace` is empty for global policies and profiles. */
export interface RuleContext {
  readonly namespace: string;
  readonly direction: 'ingress' | 'egress';
  readonly selectors: Selectors;
}

/** One side of a Calico rule: admission checks (semantics 1.6) and conversion (semantics 2.3). */
export function decodeEntity(entity: Fields, side: Side, context: RuleContext): EntityRule {
  entity.warnOfUnknown(entityFields);
  const accounts = entity.child('serviceAccounts');
  accounts?.warnOfUnknown(['names', 'selector']);
  const texts: EntityTexts = {
    selector: entity.text('selector'),
    notSelector: entity.text('notSelector'),
    namespaceSelector: entity.text('namespaceSelector'),
    serviceAccountSelector: accounts?.text('selector') ?? '',
    serviceAccountNames: accounts?.texts('names') ?? [],
  };
  const areSound = checkTexts(entity, accounts, context.selectors);
  checkServiceAccounts(accounts, texts.serviceAccountNames);
  const { selectors } = context;
  const not = texts.notSelector === '' ? null : selectors.parse(texts.notSelector);
  return {
    nets: readNets(entity, 'nets'),
    notNets: readNets(entity, 'notNets'),
    selector: areSound ? combined(entity, texts, context) : null,
    notSelector: not === null || not.kind === 'error' ? null : not,
    ports: readPorts(entity, 'ports'),
    notPorts: readPorts(entity, 'notPorts'),
    service: readService(entity, side, context),
  };
}

/** Side that asks for nothing. */
export const anyEntity: EntityRule = {
  nets: null,
  notNets: null,
  selector: null,
  notSelector: null,
  ports: null,
  notPorts: null,
  service: null,
};

export type Side = 'source' | 'destination';

/** Whether a text holds `global()` and nothing else. */
const onlyGlobal = /^[ \t]*global\([ \t]*\)[ \t]*$/;

const selectorLengthMax = 1024;

const entityFields = [
  'nets',
  'notNets',
  'selector',
  'notSelector',
  'namespaceSelector',
  'serviceAccounts',
  'services',
  'ports',
  'notPorts',
];

function checkTexts(entity: Fields, accounts: Fields | null, selectors: Selectors): boolean {
  const checks = ['selector', 'notSelector', 'namespaceSelector'].map((name) => {
    checkLength(entity, name);
    return selectors.check(entity, name, 'broken');
  });
  if (accounts !== null) checks.push(selectors.check(accounts, 'selector', 'broken'));
  if (entity.text('selector').includes('global(')) {
    entity.report('refused', 'selector', {
      message: '`global()` may stand only in a `namespaceSelector`',
    });
  }
  const namespaces = entity.text('namespaceSelector');
  if (namespaces.includes('global(') && !onlyGlobal.test(namespaces)) {
    entity.report('refused', 'namespaceSelector', {
      message: '`global()` cannot be combined with anything else',
    });
  }
  return checks.every(Boolean);
}

/** Refuses a selector that is longer than the API allows. */
export function checkLength(fields: Fields, name: string): void {
  const { length } = Array.from(fields.text(name));
  if (length <= selectorLengthMax) return;
  fields.report('refused', name, {
    message: `the selector has ${length} characters, ${selectorLengthMax} are allowed`,
  });
}

function checkServiceAccounts(accounts: Fields | null, names: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    if (!/['"]/.test(name)) continue;
    accounts?.item('names').report('refused', index, {
      message: `the service account name ${shown(name)} holds a quote, which breaks out of the selector that Calico makes of it`,
    });
  }
}

function combined(
  entity: Fields,
  texts: EntityTexts,
  context: RuleContext,
): EntityRule['selector'] {
  const text = entitySelectorText(texts, context.namespace, context.selectors);
  if (text === '') return null;
  if (text.trim() === '' && texts.notSelector !== '') {
    entity.report('broken', 'selector', {
      message: 'Felix crashes on a blank `selector` beside a `notSelector`',
      hint: 'remove the blank selector',
    });
    return null;
  }
  const selector = context.selectors.parse(text);
  if (selector.kind !== 'error') return selector;
  const isBlank = texts.selector.trim() === '' && texts.selector !== '';
  entity.report('dropped', isBlank ? 'selector' : null, {
    message: isBlank
      ? 'Felix drops the whole policy because of this blank selector'
      : `Felix drops the whole policy because of this selector: ${selector.message}`,
    hint: isBlank ? 'remove it, or write `all()`' : '',
  });
  return null;
}

function readService(entity: Fields, side: Side, context: RuleContext): EntityRule['service'] {
  const service = entity.child('services');
  if (service === null) return null;
  service.warnOfUnknown(['name', 'namespace']);
  checkService(entity, service, side, context);
  const name = service.text('name');
  const namespace = service.text('namespace');
  for (const member of ['name', 'namespace']) {
    const flaw = service.text(member) === '' ? null : nameFlaw(service.text(member));
    if (flaw !== null) service.report('refused', member, { message: flaw });
  }
  return name === '' ? null : { namespace, name };
}

function checkService(entity: Fields, service: Fields, side: Side, context: RuleContext): void {
  const allowed = context.direction === 'ingress' ? 'source' : 'destination';
  if (side !== allowed) {
    entity.report('refused', 'services', {
      message: `services may stand only in the ${allowed} of an ${context.direction} rule`,
    });
  }
  if (service.text('name') === '') {
    service.report('refused', null, { message: 'the service has no name' });
  }
  if (service.text('namespace') === '') {
    service.report(context.namespace === '' && side === allowed ? 'refused' : 'odd', null, {
      message: 'the service has no namespace, so it matches nothing',
      hint: 'add `namespace`: Calico does not fill in the policy’s own',
    });
  }
  const rivals = ['selector', 'notSelector', 'namespaceSelector', 'nets', 'notNets'];
  if (side === 'destination') rivals.push('ports', 'notPorts');
  const rival = rivals.find((name) => isGiven(entity, name));
  const clash = entity.has('serviceAccounts') ? 'serviceAccounts' : rival;
  if (clash === undefined) return;
  entity.report('refused', 'services', {
    message: `\`${clash}\` cannot stand beside \`services\``,
  });
}

function isGiven(entity: Fields, name: string): boolean {
  const value = entity.any(name);
  return typeof value === 'string' ? value !== '' : Array.isArray(value) && value.length > 0;
}
