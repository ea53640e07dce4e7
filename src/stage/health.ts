import type { Clock } from './ports.ts';

/** One thing that must be well before the stage counts as ready. */
export interface HealthCheck {
  readonly name: string;
  readonly ok: boolean;
  /** Wall-clock ms since 1970 at which `ok` last changed. */
  readonly sinceMs: number;
  /** What is wrong, or what has been reached, for a person. */
  readonly detail: string;
}

/** The stage's checks, set by whoever knows and read by whoever is asked. */
export class Health {
  readonly #clock: Clock;
  readonly #checks = new Map<string, HealthCheck>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  pass(name: string, detail = ''): void {
    this.#set(name, true, detail);
  }

  fail(name: string, detail: string): void {
    this.#set(name, false, detail);
  }

  /** In the order in which they were first named. */
  checks(): readonly HealthCheck[] {
    return [...this.#checks.values()];
  }

  ok(): boolean {
    return this.checks().every((check) => check.ok);
  }

  #set(name: string, ok: boolean, detail: string): void {
    const before = this.#checks.get(name);
    const sinceMs = before?.ok === ok ? before.sinceMs : this.#clock.nowMs();
    this.#checks.set(name, { name, ok, sinceMs, detail });
  }
}
