import type { NumberClasses } from './doors.ts';
import { listOf } from './lists.ts';
import { EndField, ExtraField, RuleField } from './rule-layout.ts';
import type { IndexTables } from './tables.ts';

/** One number of each class that nothing in the index can tell apart. */
export function numberClassesOf(tables: IndexTables): NumberClasses {
  const { rows } = tables.rules;
  const extras = extrasOf(tables);
  const field = (at: number) => column(rows, RuleField.width, at);
  const named = namedPorts(tables);
  const source = [
    ...field(RuleField.ports),
    ...extras.map((row) => row[ExtraField.source + EndField.notPorts] ?? 1),
  ];
  const destination = [
    ...field(RuleField.ports + 1),
    ...extras.map((row) => row[ExtraField.destination + EndField.notPorts] ?? 1),
  ];
  const protocols = new Set([
    ...field(RuleField.protocol),
    ...extras.map((row) => row[ExtraField.notProtocol] ?? -1),
    ...HAVE_PORTS,
    ...ICMP,
  ]);
  return {
    sourcePorts: portClasses(tables, source, named),
    destPorts: portClasses(tables, destination, named),
    protocols: withAnother([...protocols].filter((protocol) => protocol > 0)),
    icmp: icmpClasses(extras),
    icmpFromPort: tables.options.icmpFromPort,
  };
}

const HAVE_PORTS = [6, 17, 132];
const ICMP = [1, 58];
const PORT_MAX = 65_535;

function column(rows: Int32Array, width: number, at: number): number[] {
  const values = new Set<number>();
  for (let i = at; i < rows.length; i += width) values.add(rows[i] ?? 0);
  return [...values];
}

function extrasOf({ rules }: IndexTables): Int32Array[] {
  const rows: Int32Array[] = [];
  for (let at = 0; at < rules.extras.length; at += ExtraField.width) {
    rows.push(rules.extras.subarray(at, at + ExtraField.width));
  }
  return rows;
}

/** Ports that items and services have by themselves. */
function namedPorts({ items, addresses }: IndexTables): ReadonlySet<number> {
  const ports = new Set<number>();
  for (let i = 2; i < items.ports.items.length; i += 3) ports.add(items.ports.items[i] ?? 0);
  const entries = addresses.servicePorts.items;
  for (let i = 1; i < entries.length; i += 2) ports.add((entries[i] ?? 0) & PORT_MAX);
  return ports;
}

/** The first port of every stretch between the edges of ranges. */
function portClasses(
  { rules }: IndexTables,
  sets: readonly number[],
  named: ReadonlySet<number>,
): number[] {
  const edges = new Set([0]);
  for (const set of new Set(sets)) {
    const ranges = listOf(rules.ports, set);
    for (let i = 0; i < ranges.length; i += 2) {
      edges.add(ranges[i] ?? 0);
      edges.add((ranges[i + 1] ?? 0) + 1);
    }
  }
  for (const port of named) edges.add(port).add(port + 1);
  return [...edges].filter((port) => port <= PORT_MAX).toSorted((a, b) => a - b);
}

function withAnother(numbers: readonly number[]): number[] {
  const other = Array.from({ length: 255 }, (_, i) => i + 1).find((one) => !numbers.includes(one));
  return (other === undefined ? [...numbers] : [...numbers, other]).toSorted((a, b) => a - b);
}

/** Every type and code that a rule names, each with another code, and one type that none names. */
function icmpClasses(extras: readonly Int32Array[]): (readonly [number, number])[] {
  const codes = new Map<number, Set<number>>();
  for (const row of extras) {
    for (const packed of [row[ExtraField.icmp] ?? -1, row[ExtraField.notIcmp] ?? -1]) {
      if (packed < 0) continue;
      const type = packed >> 9;
      const known = codes.get(type) ?? new Set();
      codes.set(type, known);
      if ((packed & 511) > 0) known.add((packed & 511) - 1);
    }
  }
  const classes = [...codes].flatMap(([type, known]) =>
    [...known, anotherThan(known)].map((code) => [type, code] as const),
  );
  return [...classes, [anotherThan(new Set(codes.keys())), 0] as const];
}

function anotherThan(numbers: ReadonlySet<number>): number {
  for (let one = 0; one < 256; one++) if (!numbers.has(one)) return one;
  return 255;
}
