import { formatRecordProtocol } from '../../net/protocols.ts';
import { listOf } from './lists.ts';
import { NO_PORTS } from './port-sets.ts';
import { selectorText } from './selector-text.ts';
import type { StringTable } from './strings.ts';
import { EndField, ExtraField, RuleActionCode, RuleField } from './rule-layout.ts';
import type { IndexTables } from './tables.ts';

/** Prints rules of an index as one line each. */
export class RuleTexts {
  readonly #tables: IndexTables;
  readonly #strings: StringTable;
  readonly #actions = Object.keys(RuleActionCode);

  constructor(tables: IndexTables, strings: StringTable) {
    this.#tables = tables;
    this.#strings = strings;
  }

  textOf(rule: number): string {
    const { rows } = this.#tables.rules;
    const row = rows.subarray(rule * RuleField.width, (rule + 1) * RuleField.width);
    const protocol = row[RuleField.protocol] ?? -1;
    return [
      this.#actions[row[RuleField.action] ?? 0],
      ...(protocol < 0 ? [] : [formatRecordProtocol(protocol)]),
      ...this.#extraTexts(row[RuleField.extra] ?? 0),
      ...this.#endTexts('from', row, SOURCE),
      ...this.#endTexts('to', row, DESTINATION),
    ].join(' ');
  }

  /** A column of a candidate, in words. */
  columnText(column: number): string {
    const { columns } = this.#tables;
    const at = column >>> 1;
    const isNegated = (column & 1) === 1;
    if (at === 0) return isNegated ? 'anybody' : 'nobody';
    if (at >= columns.joint) {
      const parts = [...listOf(columns.parts, at - columns.joint)];
      return parts.map((part) => this.columnText(part)).join(' and ');
    }
    if (at >= columns.services) return `service source ${at - columns.services}`;
    if (at >= columns.nets) return `${isNegated ? 'not in ' : ''}nets ${at - columns.nets}`;
    const text = selectorText(this.#tables.selectors, this.#strings, at - columns.selectors);
    return isNegated ? `none of {${text}}` : `{${text}}`;
  }

  portsText(set: number): string {
    const ranges = listOf(this.#tables.rules.ports, set);
    const texts: string[] = [];
    for (let i = 0; i < ranges.length; i += 2) {
      const [low, high] = [ranges[i], ranges[i + 1]];
      texts.push(low === high ? String(low) : `${low}-${high}`);
    }
    return texts.length === 0 ? 'none' : texts.join(',');
  }

  #endTexts(word: string, row: Int32Array, end: typeof SOURCE | typeof DESTINATION): string[] {
    const column = row[end === SOURCE ? RuleField.sourceColumn : RuleField.destColumn] ?? 0;
    const ports = row[RuleField.ports + end] ?? 0;
    const extra = this.#extra(row[RuleField.extra] ?? 0);
    const first = end === SOURCE ? ExtraField.source : ExtraField.destination;
    const [named = 0, notNamed = 0, notPorts = 0] = extra.subarray(first + EndField.named);
    const texts = shown([
      [column !== ALWAYS_COLUMN, this.columnText(column)],
      [ports !== EVERY_PORT, `port ${this.portsText(ports)}`],
      [named >= 0, `or named ${named}`],
      [notPorts !== NO_PORTS, `but ${this.portsText(notPorts)}`],
      [notNamed >= 0, `but named ${notNamed}`],
    ]);
    return texts.length === 0 ? [] : [word, ...texts];
  }

  #extraTexts(number: number): string[] {
    const [notProtocol = 0, families = 0, icmp = 0, notIcmp = 0, service = 0, http = 0] =
      this.#extra(number);
    return shown([
      [notProtocol >= 0, `not-${formatRecordProtocol(notProtocol)}`],
      [families !== 3, FAMILIES[families] ?? ''],
      [icmp >= 0, `icmp ${icmpText(icmp)}`],
      [notIcmp >= 0, `not-icmp ${icmpText(notIcmp)}`],
      [service >= 0, `service ${service}`],
      [http === 1, 'http'],
    ]);
  }

  #extra(number: number): Int32Array {
    const { extras } = this.#tables.rules;
    return extras.subarray(number * ExtraField.width, (number + 1) * ExtraField.width);
  }
}

const SOURCE = 0;
const DESTINATION = 1;
const ALWAYS_COLUMN = 1;
const EVERY_PORT = 0;
const FAMILIES = ['no-family', 'ipv4', 'ipv6'];

/** The texts that are to be shown. */
function shown(texts: readonly (readonly [isShown: boolean, text: string])[]): string[] {
  return texts.flatMap(([isShown, text]) => (isShown ? [text] : []));
}

function icmpText(packed: number): string {
  const code = (packed & 511) - 1;
  return code < 0 ? String(packed >> 9) : `${packed >> 9}/${code}`;
}
