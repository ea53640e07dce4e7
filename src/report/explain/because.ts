import type { EndItem } from '../../policy/index/end-items.ts';
import { calicoKeys, calicoPrefixes } from '../../policy/index/key-class.ts';
import { answerOf, decisiveTests } from '../../policy/selector/decisive.ts';
import type { LabelTest, Selector } from '../../policy/selector/ast.ts';
import { formatSelector } from '../../policy/selector/format.ts';
import { YES } from '../../std/ternary.ts';

/** Why a selector takes an end, or does not: the labels that decide, of the item that they are of. */
export function because(selector: Selector, items: readonly EndItem[]): string {
  // One that fits is enough; if none does, one shows it as well as another.
  const fitting = items.find(({ labelOf }) => answerOf(selector, labelOf) === YES);
  const item = fitting ?? items[0];
  if (item === undefined) return 'nothing that is known has its address';
  const tests = decisiveTests(selector, item.labelOf);
  // That a policy selects in its own namespace goes without saying, unless nothing else is to be said.
  const telling = tests.filter(({ key }) => !givenKeys.has(key));
  const told = fitting === undefined || telling.length === 0 ? tests : telling;
  const shown = told.slice(0, testsShownMax).map((test) => factOf(test, item));
  if (told.length > shown.length) shown.push(`${told.length - shown.length} more`);
  return shown.length === 0 ? `${formatSelector(selector)} takes all` : shown.join(' and ');
}

const testsShownMax = 4;

/** Labels that Calico gives every pod. */
const givenKeys: ReadonlySet<string> = new Set([calicoKeys.namespace, calicoKeys.orchestrator]);

/** `role == "db" (it has role=web)`. */
function factOf(test: LabelTest, { labelOf, isCertain }: EndItem): string {
  const { key } = test;
  const who = isCertain ? 'it' : 'what may be there';
  return `${formatSelector(test)} (${factAbout(key, labelOf(key), who)})`;
}

function factAbout(key: string, value: string | null | undefined, who: string): string {
  if (value === undefined) return `nobody knows its label ${key}`;
  if (value === null) return `${who} has no label ${key}`;
  if (key === calicoKeys.namespace) return `${who} is in namespace ${value}`;
  const { namespace, serviceAccount } = calicoPrefixes;
  if (key.startsWith(namespace)) return `its namespace has ${key.slice(namespace.length)}=${value}`;
  return key.startsWith(serviceAccount)
    ? `its service account has ${key.slice(serviceAccount.length)}=${value}`
    : `${who} has ${key}=${value}`;
}
