import { NO, YES, type Ternary } from '../../std/ternary.ts';
import { least } from '../../std/kleene.ts';
import { assert } from '../../std/assert.ts';
import { listOf } from '../index/lists.ts';
import { NO_PORTS } from '../index/port-sets.ts';
import { EndField, ExtraField, RuleField } from '../index/rule-layout.ts';
import type { ColumnTables, IndexTables } from '../index/tables.ts';
import { RuleMatcher, type Connection } from './rule-match.ts';

/** What a rule may ask of one end, by the name it is written under. */
type EndCriterion = 'selector' | 'notSelector' | 'nets' | 'notNets' | 'services' | 'ports';

/** What a rule may ask, by the path it is written at; `ports` are told together with `notPorts`. */
export type CriterionName =
  | 'protocol'
  | 'notProtocol'
  | 'ipVersion'
  | 'icmp'
  | 'notICMP'
  | 'http'
  | `source.${EndCriterion}`
  | `destination.${EndCriterion}`;

/** The answer to one criterion of a rule. */
export interface Criterion {
  readonly name: CriterionName;
  readonly answer: Ternary;
  /** Why it is open, as bits of `Gap`. */
  readonly gaps: number;
}

/**
 * A rule's criteria one by one, in the order in which the matcher asks them. Each is put to the same
 * matcher as a rule that asks nothing else, so that together they cannot say anything but what it says.
 */
export function criteriaOf(
  { rules, columns }: IndexTables,
  rule: number,
  connection: Connection,
): readonly Criterion[] {
  const whole = new RuleMatcher(rules, connection).matches(rule);
  // No rule matches such a protocol, whatever it asks (semantics 4.4).
  const { protocol } = connection;
  if (protocol === 0 || protocol > 255) return [{ name: 'protocol', answer: NO, gaps: 0 }];
  const row = [...rules.rows.subarray(rule * RuleField.width, (rule + 1) * RuleField.width)];
  const number = row[RuleField.extra] ?? 0;
  const extra = [
    ...rules.extras.subarray(number * ExtraField.width, (number + 1) * ExtraField.width),
  ];
  const questions = questionsOf({ row, extra }, columns);
  const criteria = questions.map(({ name, ...lone }) => {
    // Extra row 0 is never looked at.
    const extras = Int32Array.from([...NOTHING_RARE, ...lone.extra]);
    const tables = { rows: Int32Array.from(lone.row), extras, ports: rules.ports };
    const matcher = new RuleMatcher(tables, connection);
    return { name, answer: matcher.matches(0), gaps: matcher.gapsOf(0) };
  });
  const together = criteria.reduce<Ternary>((all, { answer }) => least(all, answer), YES);
  assert(together === whole, 'the criteria of a rule do not add up to it');
  return criteria;
}

interface Rows {
  readonly row: readonly number[];
  readonly extra: readonly number[];
}

interface Question extends Rows {
  readonly name: CriterionName;
}

const ALWAYS = 1;
const EVERY_PORT = 0;
const ANY = -1;
const EVERY_FAMILY = 3;
const END_FIELDS = [ANY, ANY, NO_PORTS];
const NOTHING_RARE = [ANY, EVERY_FAMILY, ANY, ANY, ANY, 0, ...END_FIELDS, ...END_FIELDS];
const NOTHING = [0, ANY, ALWAYS, ALWAYS, EVERY_PORT, EVERY_PORT, 0, 0];

const ends = [
  { end: 'destination', column: RuleField.destColumn, ports: 1, rare: ExtraField.destination },
  { end: 'source', column: RuleField.sourceColumn, ports: 0, rare: ExtraField.source },
] as const;

/** The rule taken apart into rules that ask one thing each. */
function questionsOf({ row, extra }: Rows, columns: ColumnTables): readonly Question[] {
  const lone = (name: CriterionName, field: number): readonly Question[] =>
    row[field] === NOTHING[field]
      ? []
      : [{ name, row: NOTHING.with(field, row[field] ?? 0), extra: NOTHING_RARE }];
  const rare = (name: CriterionName, field: number): readonly Question[] =>
    extra[field] === NOTHING_RARE[field]
      ? []
      : [{ name, row: RARE, extra: NOTHING_RARE.with(field, extra[field] ?? 0) }];
  return [
    ...lone('protocol', RuleField.protocol),
    ...ends.flatMap(({ end, column }) =>
      partsOf(row[column] ?? ALWAYS, columns).map((part) => ({
        name: `${end}.${nameOfPart(part, columns)}` as const,
        row: NOTHING.with(column, part),
        extra: NOTHING_RARE,
      })),
    ),
    ...ends.flatMap((end) => portsOf({ row, extra }, end)),
    ...rare('notProtocol', ExtraField.notProtocol),
    ...rare('ipVersion', ExtraField.families),
    ...rare('icmp', ExtraField.icmp),
    ...rare('notICMP', ExtraField.notIcmp),
    ...rare('destination.services', ExtraField.destService),
    ...rare('http', ExtraField.http),
  ];
}

const RARE = NOTHING.with(RuleField.extra, 1);

/** Ports by number, by name, and those that are not to be: one list of ports. */
function portsOf(
  { row, extra }: Rows,
  { end, ports, rare }: (typeof ends)[number],
): readonly Question[] {
  const field = RuleField.ports + ports;
  const named = [EndField.named, EndField.notNamed, EndField.notPorts].map((place) => rare + place);
  const isAsked =
    row[field] !== EVERY_PORT || named.some((place) => extra[place] !== NOTHING_RARE[place]);
  if (!isAsked) return [];
  const rareFields = named.reduce(
    (fields, place) => fields.with(place, extra[place] ?? ANY),
    NOTHING_RARE,
  );
  return [{ name: `${end}.ports`, row: RARE.with(field, row[field] ?? 0), extra: rareFields }];
}

/** The columns that hold together where a column does. */
function partsOf(column: number, { joint, parts }: ColumnTables): readonly number[] {
  if (column === ALWAYS) return [];
  const at = column >>> 1;
  return at >= joint ? [...listOf(parts, at - joint)] : [column];
}

function nameOfPart(column: number, { selectors, nets, services }: ColumnTables): EndCriterion {
  const at = column >>> 1;
  const isNegated = (column & 1) === 1;
  // Nobody is behind a service that is named without its namespace.
  if (at < selectors || at >= services) return 'services';
  if (at >= nets) return isNegated ? 'notNets' : 'nets';
  return isNegated ? 'notSelector' : 'selector';
}
