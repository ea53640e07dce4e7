import { columnOf, type Part } from './columns.ts';
import { KeyTableBuilder } from './key-table.ts';
import { packLists } from './lists.ts';
import type { StringTableBuilder } from './strings.ts';
import type { ColumnTables, ServiceTables } from './tables.ts';

/**
 * Numbers the questions whose answer depends on the end and the port together: whether the end owns a
 * port of some name, whether it and the port are behind a service.
 */
export class QuestionBuilder {
  readonly #strings: StringTableBuilder;
  readonly #numbers = new Map<string, number>();
  readonly #questions: Question[] = [];

  constructor(strings: StringTableBuilder) {
    this.#strings = strings;
  }

  /** Ports of these names on an item that passes `owner`. */
  ofPorts(names: readonly string[], owner: Part): number {
    const sorted = [...new Set(names)].toSorted();
    return this.#add({ names: sorted, owner, service: null });
  }

  /** `name` is `namespace/name`. */
  ofService(name: string): number {
    return this.#add({ names: [], owner: null, service: name });
  }

  /** Questions about services, by name. */
  get services(): ReadonlyMap<string, number> {
    return new Map(
      this.#questions.flatMap(({ service }, i) =>
        service === null ? [] : [[service, i] as const],
      ),
    );
  }

  /** `sources`: how many services rules name as sources; `areKnown`: whether members of any were loaded. */
  finish(layout: ColumnTables, sources: number, areKnown: boolean): ServiceTables {
    const names = new KeyTableBuilder(1);
    const byName: number[][] = [];
    this.#questions.forEach((question, number) => {
      for (const name of question.names) {
        (byName[names.add([this.#strings.add(name)])] ??= []).push(number);
      }
    });
    return {
      questionColumn: Int32Array.from(this.#questions, ({ owner }) =>
        owner === null ? 1 : columnOf(owner, layout),
      ),
      questionSort: Uint8Array.from(this.#questions, ({ service }) => {
        if (service === null) return 0;
        return areKnown || service.startsWith('/') ? 1 : 2;
      }),
      portNames: names.finish(),
      byPortName: packLists(byName),
      sourceUnknown: new Uint8Array(sources).fill(areKnown ? 0 : 1),
    };
  }

  #add(question: Question): number {
    const key = JSON.stringify(question);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#questions.length;
    this.#numbers.set(key, number);
    this.#questions.push(question);
    return number;
  }
}

interface Question {
  readonly names: readonly string[];
  readonly owner: Part | null;
  readonly service: string | null;
}
