/** What a stage holds right after a collection, and how late its loop was since the one before. */
export interface Held {
  readonly heapBytes: number;
  /** Beside the heap: buffers, and the memory of WebAssembly. */
  readonly externalBytes: number;
  readonly rssBytes: number;
  /** Sockets, timers and the like. */
  readonly handles: number;
  readonly files: number;
  readonly delayMsP99: number;
  readonly delayMsMax: number;
}

/** The last one that a stage has written, if it has. */
export function lastHeld(output: string): Held | null {
  const start = output.lastIndexOf('{"held":');
  const end = output.indexOf('\n', start);
  if (start === -1 || end === -1) return null;
  return (JSON.parse(output.slice(start, end)) as { readonly held: Held }).held;
}
