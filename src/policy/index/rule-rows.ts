import type { Direction, PolicyMode } from '../actions.ts';
import type { EntityRule, IcmpMatch, PortList, Rule } from '../resources/model.ts';
import type { Selector } from '../selector/ast.ts';
import { ALWAYS, columnOf, NEVER, type ColumnBuilder, type Part } from './columns.ts';
import { familiesOf } from './families.ts';
import { NO_PORTS, PortSetBuilder } from './port-sets.ts';
import type { QuestionBuilder } from './questions.ts';
import { ExtraField, RuleActionCode, RuleField } from './rule-layout.ts';
import type { ColumnTables, RuleTables } from './tables.ts';

/** Turns rules into rows of integers; rules of one policy and direction lie together. */
export class RuleRowBuilder {
  readonly #mode: PolicyMode;
  readonly #columns: ColumnBuilder;
  readonly #questions: QuestionBuilder;
  readonly #ports = new PortSetBuilder();
  readonly #rows: Row[] = [];
  readonly #extras = new Map<string, number>();
  readonly #extraRows: (readonly number[])[] = [];

  constructor(mode: PolicyMode, columns: ColumnBuilder, questions: QuestionBuilder) {
    this.#mode = mode;
    this.#columns = columns;
    this.#questions = questions;
    this.#extra(NO_EXTRA);
  }

  /** Number of the first rule; `count` says the number after the last one. */
  add(rules: readonly Rule[], direction: Direction): number {
    const start = this.#rows.length;
    for (const rule of rules) this.#rows.push(this.#rowOf(rule, direction));
    return start;
  }

  get count(): number {
    return this.#rows.length;
  }

  finish(layout: ColumnTables): RuleTables {
    const rows = new Int32Array(this.#rows.length * RuleField.width);
    this.#rows.forEach((row, i) => {
      rows.set(
        [
          row.action,
          row.protocol,
          columnOf(row.source, layout),
          columnOf(row.destination, layout),
          row.sourcePorts,
          row.destPorts,
          row.extra,
        ],
        i * RuleField.width,
      );
    });
    const extras = new Int32Array(this.#extraRows.length * ExtraField.width);
    this.#extraRows.forEach((row, i) => extras.set(row, i * ExtraField.width));
    return { rows, extras, ports: this.#ports.finish() };
  }

  #rowOf(rule: Rule, direction: Direction): Row {
    const source = this.#endOf(rule.source);
    const destination = this.#endOf(rule.destination);
    // Only ingress rules ask for the service of a source, only egress rules for that of a destination.
    const isIngress = direction === 'ingress';
    const sourceService = isIngress ? nameOf(rule.source.service) : null;
    const destService = isIngress ? null : nameOf(rule.destination.service);
    const sourceParts =
      sourceService === null ? source.parts : [...source.parts, this.#serviceOf(sourceService)];
    return {
      action: RuleActionCode[rule.action],
      protocol: rule.protocol ?? -1,
      source: this.#columns.together(sourceParts),
      destination: this.#columns.together(destination.parts),
      sourcePorts: source.ports,
      destPorts: destination.ports,
      extra: this.#extra([
        rule.notProtocol ?? -1,
        ...this.#dataplaneOnly(rule),
        destService === null ? -1 : this.#questions.ofService(destService),
        rule.http ? 1 : 0,
        ...endFields(source),
        ...endFields(destination),
      ]),
    };
  }

  /** Families and ICMP, which the checker does not look at (semantics DIV-03 to DIV-05). */
  #dataplaneOnly(rule: Rule): readonly number[] {
    if (this.#mode === 'calico') return [ALL_FAMILIES, -1, -1];
    return [familiesOf(rule), icmpCode(rule.icmp), icmpCode(rule.notIcmp)];
  }

  #serviceOf(name: string): Part {
    return name.startsWith('/') ? NEVER : this.#columns.ofService(name);
  }

  #endOf(entity: EntityRule): End {
    const positive = positiveOf(entity);
    const parts: Part[] = [];
    if (positive !== null) {
      // Felix asks named ports of the selector's items: alone they imply the selector (semantics 4.5).
      if (!hasNamesOnly(entity.ports)) parts.push(this.#columns.ofSelector(positive, false));
    } else if (entity.notSelector !== null) {
      parts.push(this.#columns.ofSelector(entity.notSelector, true));
    }
    if (isList(entity.nets)) parts.push(this.#columns.ofNets(entity.nets, false));
    if (isList(entity.notNets)) parts.push(this.#columns.ofNets(entity.notNets, true));
    const owner = positive === null ? ALWAYS : this.#columns.ofSelector(positive, false);
    return { parts, ...this.#portsOf(entity, owner) };
  }

  /** The checker never finds a named port (semantics DIV-01, DIV-02). */
  #portsOf({ ports, notPorts }: EntityRule, owner: Part) {
    const named = this.#named(ports, owner);
    const notNamed = this.#named(notPorts, owner);
    if (named < 0) {
      const set = this.#ports.ofDifference(filled(ports), filled(notPorts));
      return { ports: set, notPorts: NO_PORTS, named, notNamed };
    }
    const except = filled(notPorts);
    return {
      ports: this.#ports.ofList(ports),
      notPorts: except === null ? NO_PORTS : this.#ports.ofList(except),
      named,
      notNamed,
    };
  }

  #named(list: PortList | null, owner: Part): number {
    if (list === null || list.names.length === 0 || this.#mode === 'calico') return -1;
    return this.#questions.ofPorts(list.names, owner);
  }

  #extra(row: readonly number[]): number {
    const key = row.join();
    const known = this.#extras.get(key);
    if (known !== undefined) return known;
    const number = this.#extraRows.length;
    this.#extras.set(key, number);
    this.#extraRows.push(row);
    return number;
  }
}

interface Row {
  readonly action: number;
  readonly protocol: number;
  readonly source: Part;
  readonly destination: Part;
  readonly sourcePorts: number;
  readonly destPorts: number;
  readonly extra: number;
}

interface End {
  readonly parts: readonly Part[];
  readonly ports: number;
  readonly notPorts: number;
  readonly named: number;
  readonly notNamed: number;
}

const ALL_FAMILIES = 3;
const NO_EXTRA = [-1, ALL_FAMILIES, -1, -1, -1, 0, -1, -1, NO_PORTS, -1, -1, NO_PORTS];

/** In the order of `EndField`. */
function endFields({ named, notNamed, notPorts }: End): readonly number[] {
  return [named, notNamed, notPorts];
}

/** P and, on the same item, not X (semantics 4.2). */
function positiveOf({ selector, notSelector }: EntityRule): Selector | null {
  if (selector === null || notSelector === null) return selector;
  return { kind: 'and', operands: [selector, { kind: 'not', operand: notSelector }] };
}

function icmpCode(icmp: IcmpMatch | null): number {
  return icmp === null ? -1 : icmp.type * 512 + (icmp.code === null ? 0 : icmp.code + 1);
}

function nameOf(service: EntityRule['service']): string | null {
  return service === null ? null : `${service.namespace}/${service.name}`;
}

/** An empty list asks nothing. */
function isList<T>(list: readonly T[] | null): list is readonly T[] {
  return list !== null && list.length > 0;
}

function hasNamesOnly(list: PortList | null): boolean {
  return list !== null && list.ranges.length === 0 && list.names.length > 0;
}

function filled(list: PortList | null): PortList | null {
  return list === null || list.ranges.length + list.names.length === 0 ? null : list;
}
