import type { PortClasses } from '../../policy/index/port-classes.ts';

/** How a form writes a port. Of a union `nulls` and `longs` say, bit by bit, what its branches are. */
export interface PortWriting {
  readonly way: number;
  readonly nulls: number;
  readonly longs: number;
}

/** Ways that are not of Avro: as JSON does, and any, so that its bytes alone count. */
export const portWays = {
  bytes: { way: 3, nulls: 0, longs: 0 },
  digits: { way: 4, nulls: 0, longs: 0 },
} as const satisfies Record<string, PortWriting>;

/** What the lists say of a port, as `assembly/ports.ts` reads it. */
export function portRow(field: number, { way, nulls, longs }: PortWriting): readonly number[] {
  return [8 * field, way, nulls, longs];
}

/** The class of each port, of the source and of the destination, in the memory of the core. */
export class PortTables {
  readonly #source: Uint16Array;
  readonly #destination: Uint16Array;
  #classes: PortClasses | null = null;

  constructor(memory: ArrayBufferLike, at: number) {
    this.#source = new Uint16Array(memory, at, PORTS);
    this.#destination = new Uint16Array(memory, at + 2 * PORTS, PORTS);
    this.set(null);
  }

  /** `null` = each port is a class of its own. What was numbered before must be forgotten. */
  set(classes: PortClasses | null): void {
    this.#classes = classes;
    fill(this.#source, classes?.source);
    fill(this.#destination, classes?.destination);
  }

  /** A port of the class. */
  sourceOf(portClass: number): number {
    return this.#classes === null ? portClass : this.#classes.source[portClass]!;
  }

  destinationOf(portClass: number): number {
    return this.#classes === null ? portClass : this.#classes.destination[portClass]!;
  }
}

function fill(table: Uint16Array, firsts: readonly number[] | undefined): void {
  for (let port = 0; port < PORTS; port += 1) table[port] = port;
  for (const [i, first] of (firsts ?? []).entries()) {
    table.fill(i, first, firsts?.[i + 1] ?? PORTS);
  }
}

const PORTS = 65_536;
export const PORT_TABLES_BYTES = 2 * 2 * PORTS;
