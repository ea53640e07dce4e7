/** What a rule does. `log` never ends anything; `pass` leaves the tier (semantics 4.8). */
export type RuleAction = 'allow' | 'deny' | 'pass' | 'log';

/** What a hit in a trace did. */
export type HitAction = 'allow' | 'deny' | 'pass';

/** A trace's last word. */
export type Verdict = 'allow' | 'deny';

export type Direction = 'ingress' | 'egress';

/** `policies.mode`: what the dataplane would do, or exactly what Felix writes (contract 3). */
export type PolicyMode = 'enforcement' | 'calico';
