/** Since when flows of a policy have been seen, as long as nothing about it changes. */
export interface Observation {
  /** Event time of the first flow, ms since 1970; `null` = none yet. */
  firstMs: number | null;
}

/** When flows of one policy were seen: event times, ms since 1970. */
export class PolicyTimes {
  #specHash: string | null = null;
  #observation: Observation = { firstMs: null };
  #lastWouldDenyMs: number | null = null;

  /** `null` = never. */
  get firstObservedMs(): number | null {
    return this.#observation.firstMs;
  }

  /** `null` = never. */
  get lastWouldDenyMs(): number | null {
    return this.#lastWouldDenyMs;
  }

  /**
   * What flows judged by this version of the policy and its surroundings are added to. A new version is
   * observed anew, and late flows of the old one no longer count for it.
   */
  observe(specHash: string): Observation {
    if (this.#specHash !== specHash) this.forget();
    this.#specHash = specHash;
    return this.#observation;
  }

  /** The policy is out of force: should it come back, it is observed anew. */
  forget(): void {
    this.#specHash = null;
    this.#observation = { firstMs: null };
  }

  wouldDeny(atMs: number): void {
    this.#lastWouldDenyMs = Math.max(this.#lastWouldDenyMs ?? atMs, atMs);
  }
}
