import type { Prefix } from '../../net/address.ts';
import { contains, parsePrefix } from '../../net/prefix.ts';
import { anyEntity } from './entity.ts';
import type { RuleContext } from './entity.ts';
import type { Fields } from './fields.ts';
import { checkLabelSelector, namespaceSelectorText, podSelectorText } from './label-selector.ts';
import type { EntityRule } from './model.ts';
import { cidrFlaw } from './nets.ts';
import { entitySelectorText } from './selector-texts.ts';
import { shown } from './shown.ts';

/** A peer of a Kubernetes rule as the source or destination half of Calico's (semantics 2.5). */
export function readPeer(peer: Fields, context: RuleContext): EntityRule {
  peer.warnOfUnknown(['podSelector', 'namespaceSelector', 'ipBlock']);
  const block = peer.child('ipBlock');
  const pods = peer.child('podSelector');
  const namespaces = peer.child('namespaceSelector');
  checkLabelSelector(pods);
  checkLabelSelector(namespaces);
  if (block !== null) {
    if (pods !== null || namespaces !== null) {
      peer.report('refused', 'ipBlock', { message: 'an ipBlock cannot stand beside selectors' });
    }
    return readBlock(block);
  }
  if (pods === null && namespaces === null) {
    peer.report('refused', null, {
      message: 'the peer says nothing',
      hint: 'give a `podSelector`, a `namespaceSelector` or an `ipBlock`',
    });
  }
  const selector = podSelectorText(pods);
  const namespaceSelector = namespaceSelectorText(namespaces);
  return selectedPeer(peer, { selector, namespaceSelector }, context);
}

/** The half rule of the given selector texts. */
export function selectedPeer(
  peer: Fields,
  texts: { readonly selector: string; readonly namespaceSelector: string },
  { namespace, selectors }: RuleContext,
): EntityRule {
  const noAccounts = { notSelector: '', serviceAccountSelector: '', serviceAccountNames: [] };
  const text = entitySelectorText({ ...texts, ...noAccounts }, namespace, selectors);
  if (text === '') return anyEntity;
  const selector = selectors.parse(text);
  if (selector.kind !== 'error') return { ...anyEntity, selector };
  peer.report('dropped', null, {
    message: `Felix drops the whole policy because of this selector: ${selector.message}`,
  });
  return anyEntity;
}

/** A block that cannot be read is no constraint at all, as in Calico (semantics 2.5). */
function readBlock(block: Fields): EntityRule {
  block.warnOfUnknown(['cidr', 'except']);
  const cidr = block.text('cidr');
  const flaw = strictFlaw(cidr);
  if (flaw !== null) block.report('refused', 'cidr', { message: flaw });
  const net = parseBlock(cidr);
  const excepted: Prefix[] = [];
  let isReadable = true;
  for (const [index, text] of block.texts('except').entries()) {
    const except = parseBlock(text);
    const exceptFlaw = strictFlaw(text) ?? subsetFlaw(text, except, net);
    if (exceptFlaw !== null) block.item('except').report('refused', index, { message: exceptFlaw });
    isReadable &&= except !== null;
    if (isReadable && except !== null) excepted.push(except);
  }
  if (net === null) return anyEntity;
  return { ...anyEntity, nets: [net], notNets: excepted.length === 0 ? null : excepted };
}

function parseBlock(text: string): Prefix | null {
  const parsed = parsePrefix(text);
  return parsed === null || parsed.isBare ? null : parsed.prefix;
}

/** Why Kubernetes 1.36 and later take a text for no CIDR, or null. */
function strictFlaw(text: string): string | null {
  const flaw = cidrFlaw(text);
  if (flaw !== null) return flaw;
  if (/\/0[0-9]/.test(text)) return `${shown(text)} has a prefix length with a leading zero`;
  const isMapped = text.includes(':') && parsePrefix(text)?.prefix.address.family === 4;
  return isMapped ? `${shown(text)} is an IPv4-mapped block: write it as IPv4` : null;
}

function subsetFlaw(text: string, except: Prefix | null, net: Prefix | null): string | null {
  if (except === null || net === null) return null;
  const isInside = contains(net, except.address) && except.length > net.length;
  return isInside ? null : `${shown(text)} does not lie within the block that it is excepted from`;
}
