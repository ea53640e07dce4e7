import { assert } from '../../std/assert.ts';
import { MAYBE } from '../../std/ternary.ts';
import type { Facts, Knowledge } from '../evaluator/facts.ts';
import type { Candidates } from './candidates.ts';
import { CompiledCandidate } from './compiled-candidate.ts';
import type { Item } from './item.ts';
import { calicoKeys, calicoPrefixes, KeyClass, keyClassOf } from './key-class.ts';
import { findKey } from './key-table.ts';
import { valuesThatMatter } from './label-values.ts';
import { listOf } from './lists.ts';
import type { Reading } from './reading.ts';
import { EndField, ExtraField, RuleField } from './rule-layout.ts';
import type { StringTable } from './strings.ts';
import type { IndexTables } from './tables.ts';

/** Settles an unknown label in every way that selectors can tell apart. */
export class LabelSplits {
  readonly #tables: IndexTables;
  readonly #strings: StringTable;
  readonly #candidates: Candidates;

  constructor(tables: IndexTables, strings: StringTable, candidates: Candidates) {
    this.#tables = tables;
    this.#strings = strings;
    this.#candidates = candidates;
  }

  /** As `PolicyDoors.settleLabel`. */
  of(facts: Facts, question: number, knowledge: Knowledge): readonly Facts[] | null {
    const { source, destination } = facts;
    assert(source instanceof CompiledCandidate, 'a foreign source');
    assert(destination instanceof CompiledCandidate, 'a foreign destination');
    const open = this.#openLabel({ ...facts, source, destination }, question, knowledge);
    if (open === null) return null;
    const { label, side, item } = open;
    const origin = item.originOf(label);
    // Whoever inherits from one profile inherits the same; other labels are the own ones of one end's item.
    if (origin === null) {
      const end = side === 'source' ? source : destination;
      const whose = { whose: item.id, label, isMeant: (one: Item) => one === item };
      return (
        this.#valuesOf(label, [item], knowledge)?.map((value) => ({
          ...facts,
          [side]: this.#candidates.settled(end, { ...whose, value }),
        })) ?? null
      );
    }
    const isMeant = (one: Item): boolean =>
      one.originOf(label) === origin && one.opennessOf(label, 'strict') !== 'known';
    const heirs = [source, destination].flatMap((end) => end.itemsOf(knowledge).filter(isMeant));
    const whose = { whose: origin, label, isMeant };
    return (
      this.#valuesOf(label, heirs, knowledge)?.map((value) => ({
        ...facts,
        source: this.#candidates.settled(source, { ...whose, value }),
        destination: this.#candidates.settled(destination, { ...whose, value }),
      })) ?? null
    );
  }

  #openLabel(facts: CompiledFacts, question: number, knowledge: Knowledge): OpenLabel | null {
    const number = question >> 1;
    const asked =
      (question & 1) === 0
        ? this.#selection(facts, number, knowledge)
        : this.#ruleColumns(facts, number, knowledge);
    for (const { side, items, selectors } of asked) {
      for (const selector of selectors) {
        for (const item of items) {
          const key = item.openKeyOf(selector, knowledge);
          if (key >= 0) return { side, item, label: this.#labelToSettle(item, key, knowledge) };
        }
      }
    }
    return null;
  }

  #selection(facts: CompiledFacts, policy: number, knowledge: Knowledge): readonly Asked[] {
    const side = facts.direction === 'egress' ? 'source' : 'destination';
    const selectors = [this.#tables.policies.selector[policy] ?? 0];
    return [{ side, items: facts[side].parts(knowledge).subjects, selectors }];
  }

  #ruleColumns(facts: CompiledFacts, rule: number, knowledge: Knowledge): readonly Asked[] {
    const { rows, extras } = this.#tables.rules;
    const at = rule * RuleField.width;
    const extra = (rows[at + RuleField.extra] ?? 0) * ExtraField.width;
    const ask = (side: Side, field: number, ports: number): Asked => {
      const end = facts[side];
      const reading = end.reading(knowledge);
      const questions = [EndField.named, EndField.notNamed].map(
        (one) => extras[extra + ports + one],
      );
      const columns = [
        ...this.#openColumns(reading, rows[at + field] ?? 0),
        ...questions.flatMap((question) => this.#ownerColumn(extra === 0 ? -1 : (question ?? -1))),
      ];
      const certain = end.parts(knowledge).items.filter(({ certainty }) => certainty > MAYBE);
      const items = certain.map(({ item }) => item);
      return { side, items, selectors: columns.flatMap((column) => this.#selectorOf(column)) };
    };
    return [
      ask('source', RuleField.sourceColumn, ExtraField.source),
      ask('destination', RuleField.destColumn, ExtraField.destination),
    ];
  }

  /** The column, or its parts, as far as they are open. */
  #openColumns(reading: Reading, column: number): readonly number[] {
    const { joint, parts } = this.#tables.columns;
    const at = column >>> 1;
    const all = at < joint ? [column] : [...listOf(parts, at - joint)];
    return all.filter((one) => reading.answer(one) === MAYBE);
  }

  /** Whom a port of a name has to belong to. */
  #ownerColumn(question: number): readonly number[] {
    return question < 0 ? [] : [this.#tables.services.questionColumn[question] ?? 0];
  }

  #selectorOf(column: number): readonly number[] {
    const { selectors, nets } = this.#tables.columns;
    const at = column >>> 1;
    return at >= selectors && at < nets ? [at - selectors] : [];
  }

  /** Labels that a service account hands down depend on which one it is. */
  #labelToSettle(item: Item, key: number, knowledge: Knowledge): string {
    const label = this.#labelOf(key);
    const { serviceAccount } = calicoKeys;
    const isFirst =
      keyClassOf(label) !== KeyClass.ofServiceAccount ||
      item.originOf(label) !== null ||
      item.opennessOf(serviceAccount, knowledge) === 'known';
    return isFirst ? label : serviceAccount;
  }

  #labelOf(key: number): string {
    return this.#strings.textOf(this.#tables.selectors.keys.keys[key] ?? 0);
  }

  /** `null` among them: none. */
  #valuesOf(label: string, items: readonly Item[], knowledge: Knowledge) {
    // A service account hands its name down.
    const labels = label === calicoKeys.serviceAccount ? [label, ACCOUNT_NAME] : [label];
    const keys = labels.map((one) => this.#keyOf(one)).filter((key) => key >= 0);
    const selectors = items.map((item) => item.answers(knowledge).maybe);
    const values = valuesThatMatter(this.#tables.selectors, this.#strings, { keys, selectors });
    if (values === null) return null;
    const isPresent = items.some((item) => item.opennessOf(label, knowledge) === 'value-unknown');
    return isPresent ? values : [null, ...values];
  }

  #keyOf(label: string): number {
    return findKey(this.#tables.selectors.keys, [this.#strings.numberOf(label)]);
  }
}

type Side = 'source' | 'destination';
type CompiledFacts = Facts & Readonly<Record<Side, CompiledCandidate>>;

/** Selectors that are put to the items of an end. */
interface Asked {
  readonly side: Side;
  readonly items: readonly Item[];
  readonly selectors: readonly number[];
}

interface OpenLabel {
  readonly side: Side;
  readonly item: Item;
  readonly label: string;
}

const ACCOUNT_NAME = `${calicoPrefixes.serviceAccount}projectcalico.org/name`;
