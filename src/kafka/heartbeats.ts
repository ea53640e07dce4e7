/** How a group member shows that it is alive while it works on a batch. */
export interface Pulse {
  /** Rejects once the member must leave what it holds. */
  readonly beat: () => Promise<void>;
  readonly everyMs: number;
  /** After a failed beat, how long the work may go on before its signal fires. */
  readonly graceMs: number;
}

/**
 * Beats until `work` settles. A failed beat does not stop the work at once, since offsets may still
 * be committed while the group waits for its members; it is returned, to be thrown after that.
 */
export async function withHeartbeats(
  pulse: Pulse,
  work: (lost: AbortSignal) => Promise<void>,
): Promise<{ readonly lost: unknown }> {
  const abort = new AbortController();
  let lost: unknown = null;
  let grace: NodeJS.Timeout | undefined;
  const beats = setInterval(() => {
    if (lost !== null) return;
    pulse.beat().catch((error: unknown) => {
      lost = error;
      grace ??= setTimeout(() => abort.abort(error), pulse.graceMs);
    });
  }, pulse.everyMs);
  try {
    await work(abort.signal);
    return { lost };
  } finally {
    clearInterval(beats);
    clearTimeout(grace);
  }
}
