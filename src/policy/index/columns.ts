import type { Prefix } from '../../net/address.ts';
import type { Selector } from '../selector/ast.ts';
import type { AddressSpaceBuilder } from './address-classes.ts';
import { packLists } from './lists.ts';
import type { SelectorTableBuilder } from './selector-code.ts';
import { TagSort, type ColumnTables } from './tables.ts';

/** A question that a rule asks of one end, before the columns have their final places. */
export interface Part {
  readonly block: 'selectors' | 'nets' | 'services' | 'joint' | 'none';
  readonly number: number;
  readonly isNegated: boolean;
}

/** The part that every end passes. */
export const ALWAYS: Part = { block: 'none', number: 0, isNegated: true };
/** The part that no end passes. */
export const NEVER: Part = { block: 'none', number: 0, isNegated: false };

/** Numbers the distinct questions that rules ask of an end, and lays them out as columns. */
export class ColumnBuilder {
  readonly #selectors: SelectorTableBuilder;
  readonly #space: AddressSpaceBuilder;
  readonly #nets = new Map<string, number>();
  readonly #services = new Map<string, number>();
  readonly #joint = new Map<string, number>();
  readonly #jointParts: (readonly Part[])[] = [];

  constructor(selectors: SelectorTableBuilder, space: AddressSpaceBuilder) {
    this.#selectors = selectors;
    this.#space = space;
  }

  /** Names of the services that rules ask for as sources, in order of number. */
  get services(): readonly string[] {
    return [...this.#services.keys()];
  }

  ofSelector(selector: Selector, isNegated: boolean): Part {
    return { block: 'selectors', number: this.#selectors.add(selector), isNegated };
  }

  ofNets(nets: readonly Prefix[], isNegated: boolean): Part {
    const texts = nets.map(
      ({ address, length }) => `${address.family}:${address.words.join()}/${length}`,
    );
    const key = texts.toSorted().join(' ');
    let number = this.#nets.get(key);
    if (number === undefined) {
      number = this.#nets.size;
      this.#nets.set(key, number);
      for (const prefix of nets) this.#space.add(prefix, { sort: TagSort.nets, number });
    }
    return { block: 'nets', number, isNegated };
  }

  ofService(name: string): Part {
    const number = this.#services.get(name) ?? this.#services.size;
    this.#services.set(name, number);
    return { block: 'services', number, isNegated: false };
  }

  /** One part that holds where all of them do. */
  together(parts: readonly Part[]): Part {
    const [first] = parts;
    if (first === undefined) return ALWAYS;
    if (parts.length === 1) return first;
    const key = parts.map((part) => Object.values(part).join()).join(' ');
    let number = this.#joint.get(key);
    if (number === undefined) {
      number = this.#joint.size;
      this.#joint.set(key, number);
      this.#jointParts.push(parts);
    }
    return { block: 'joint', number, isNegated: false };
  }

  finish(): ColumnTables {
    const selectors = 32;
    const nets = selectors + wholeWords(this.#selectors.count);
    const services = nets + wholeWords(this.#nets.size);
    const joint = services + wholeWords(this.#services.size);
    const words = (joint + wholeWords(this.#joint.size)) / 32;
    const layout = { selectors, nets, services, joint };
    const parts = packLists(
      this.#jointParts.map((some) => some.map((part) => columnOf(part, layout))),
    );
    return { ...layout, words, parts };
  }
}

/** Where a part's answer stands: `column * 2 + negated`. */
export function columnOf(
  { block, number, isNegated }: Part,
  layout: Pick<ColumnTables, 'selectors' | 'nets' | 'services' | 'joint'>,
): number {
  const column = block === 'none' ? 0 : layout[block] + number;
  return column * 2 + (isNegated ? 1 : 0);
}

function wholeWords(bits: number): number {
  return Math.ceil(bits / 32) * 32;
}
