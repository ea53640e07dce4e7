interface SharedLoad<Value> {
  readonly promise: Promise<Value>;
  readonly controller: AbortController;
  callers: number;
}

/** One load of each key at a time, for all who want it. It ends when the last of them leaves. */
export class SharedLoads<Key, Value> {
  readonly #loads = new Map<Key, SharedLoad<Value>>();

  /** Rejects with the reason of `signal` when it fires, without harm to others. */
  async join(
    key: Key,
    load: (signal: AbortSignal) => Promise<Value>,
    signal: AbortSignal,
  ): Promise<Value> {
    signal.throwIfAborted();
    const shared = this.#loads.get(key) ?? this.#start(key, load);
    shared.callers += 1;
    try {
      return await unlessAborted(shared.promise, signal);
    } finally {
      shared.callers -= 1;
      if (shared.callers === 0) {
        if (this.#loads.get(key) === shared) this.#loads.delete(key);
        shared.controller.abort();
      }
    }
  }

  #start(key: Key, load: (signal: AbortSignal) => Promise<Value>): SharedLoad<Value> {
    const controller = new AbortController();
    const promise = load(controller.signal);
    // Nobody may be left to hear of it.
    promise.catch(() => {});
    const shared = { promise, controller, callers: 0 };
    this.#loads.set(key, shared);
    return shared;
  }
}

async function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
