import { formatSelector } from '../selector/format.ts';
import { inherited } from './selectors.ts';
import type { Selectors } from './selectors.ts';

/** The selector texts of a policy's spec; empty where there is none. */
export interface PolicyTexts {
  readonly selector: string;
  readonly namespaceSelector: string;
  readonly serviceAccountSelector: string;
}

/** The selector texts of one side of a rule; empty where there is none. */
export interface EntityTexts {
  readonly selector: string;
  readonly notSelector: string;
  readonly namespaceSelector: string;
  readonly serviceAccountSelector: string;
  readonly serviceAccountNames: readonly string[];
}

/**
 * Text of the selector that picks a policy's endpoints (semantics 2.2). Like Calico's it is put
 * together as text, so that a blank part or a quote has the same effect here as there.
 */
export function policySelectorText(
  texts: PolicyTexts,
  namespace: string,
  selectors: Selectors,
): string {
  const { selector, namespaceSelector, serviceAccountSelector } = texts;
  const withServiceAccount = (text: string): string =>
    conjoin(text, selectors.prefixed(serviceAccountSelector, inherited.serviceAccount));
  if (namespace !== '') {
    const own = inNamespace(namespace);
    const text = selector === '' ? own : `(${selector}) && ${own}`;
    return serviceAccountSelector === '' ? text : withServiceAccount(text);
  }
  let text = selector;
  if (namespaceSelector !== '') {
    text = conjoin(text, selectors.prefixed(namespaceSelector, inherited.namespace));
    text = text.replaceAll('all()', 'has(projectcalico.org/namespace)');
  }
  if (serviceAccountSelector !== '') {
    text = withServiceAccount(text).replaceAll('all()', 'has(projectcalico.org/serviceaccount)');
  }
  return text;
}

/** Text of P of semantics 2.3; empty if there is none. `namespace` is the policy's, empty for global ones. */
export function entitySelectorText(
  texts: EntityTexts,
  namespace: string,
  selectors: Selectors,
): string {
  const accounts = serviceAccountText(texts, selectors);
  const parts = [accounts, texts.selector].filter((part) => part !== '');
  const endpoint = parts.length === 2 ? `(${parts.join(') && (')})` : (parts[0] ?? '');
  const isRestricted =
    endpoint !== '' || texts.notSelector !== '' || texts.namespaceSelector !== '';
  const place = namespaceText(texts.namespaceSelector, namespace, selectors);
  if (place === '' || !isRestricted) return endpoint;
  return endpoint === '' ? place : `(${place}) && (${endpoint})`;
}

function namespaceText(selector: string, namespace: string, selectors: Selectors): string {
  if (selector === '') return namespace === '' ? '' : inNamespace(namespace);
  return selectors
    .prefixed(selector, inherited.namespace)
    .replaceAll('all()', 'has(projectcalico.org/namespace)')
    .replaceAll('global()', '!has(projectcalico.org/namespace)');
}

function serviceAccountText(texts: EntityTexts, selectors: Selectors): string {
  const { serviceAccountSelector, serviceAccountNames } = texts;
  const labels =
    serviceAccountSelector === ''
      ? ''
      : selectors.prefixed(serviceAccountSelector, inherited.serviceAccount);
  if (serviceAccountNames.length === 0) return labels;
  const list = serviceAccountNames.join(`', '`);
  const names = selectors.parse(`projectcalico.org/serviceaccount in { '${list}' }`);
  if (names.kind === 'error') return '';
  const text = formatSelector(names);
  return labels === '' ? text : `(${labels}) && (${text})`;
}

function inNamespace(namespace: string): string {
  return `projectcalico.org/namespace == '${namespace}'`;
}

function conjoin(text: string, added: string): string {
  if (added === '') return text;
  return text === '' ? added : `(${text}) && ${added}`;
}
