/** Where a rule's row keeps what. A column is `column * 2 + negated`; wildcards are values that always pass. */
export const RuleField = {
  /** Integers a row. */
  width: 8,
  action: 0,
  /** -1 = any. */
  protocol: 1,
  sourceColumn: 2,
  destColumn: 3,
  /** Sets of ports: the source's, then the destination's. */
  ports: 4,
  extra: 6,
} as const;

export const RuleActionCode = { allow: 0, deny: 1, pass: 2, log: 3, unknown: 4 } as const;

/** Where a row of rare criteria keeps what. */
export const ExtraField = {
  /** Integers a row. */
  width: 12,
  /** -1 = none. */
  notProtocol: 0,
  /** Bit 0: IPv4, bit 1: IPv6: the families the rule exists for. */
  families: 1,
  /** `type * 512 + code + 1`, 0 in the code's place = any; -1 = no criterion. */
  icmp: 2,
  notIcmp: 3,
  /** Question about the destination and its port (`ServiceTables`), -1 = none. */
  destService: 4,
  http: 5,
  /** Here begin the fields of `EndField` of the source, and of the destination. */
  source: 6,
  destination: 9,
} as const;

/** What an extra row says of the ports of one end. */
export const EndField = {
  /** Questions about named ports that match, and that exclude; -1 = none. */
  named: 0,
  notNamed: 1,
  /** Set of ports that excludes, kept apart only beside named ports. */
  notPorts: 2,
} as const;
