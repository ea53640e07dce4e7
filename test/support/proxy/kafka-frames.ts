import type { Socket } from 'node:net';

/** What a request asks for, by its number on the wire; only those that somebody looks for. */
export const apiKeys = {
  produce: 0,
  offsetCommit: 8,
  joinGroup: 11,
  heartbeat: 12,
  initProducerId: 22,
  addPartitions: 24,
  addOffsets: 25,
  endTransaction: 26,
  commitOffsets: 28,
} as const;

export type ApiName = keyof typeof apiKeys;

const names = new Map<number, ApiName>(
  Object.entries(apiKeys).map(([name, key]) => [key, name as ApiName]),
);

/** What tells a request from another one. */
export interface RequestHead {
  /** `null`: one that nobody looks for. */
  readonly api: ApiName | null;
  readonly correlationId: number;
  readonly clientId: string;
}

const lengthBytes = 4;

/** `frame` with its length before it. */
export function readRequestHead(frame: Buffer): RequestHead {
  const clientIdBytes = Math.max(0, frame.readInt16BE(12));
  return {
    api: names.get(frame.readInt16BE(4)) ?? null,
    correlationId: frame.readInt32BE(8),
    clientId: frame.toString('utf8', 14, 14 + clientIdBytes),
  };
}

/** Of a reply. */
export function readCorrelationId(frame: Buffer): number {
  return frame.readInt32BE(lengthBytes);
}

/** The frames that arrive, each with its length before it. Nothing is read while one is worked on. */
export async function* framesOf(socket: Socket): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    rest.push(chunk);
    restBytes += chunk.length;
    if (restBytes < lengthBytes || restBytes < frameBytesOf(rest)) continue;
    let bytes = Buffer.concat(rest);
    while (bytes.length >= lengthBytes && bytes.length >= lengthBytes + bytes.readInt32BE(0)) {
      const end = lengthBytes + bytes.readInt32BE(0);
      yield bytes.subarray(0, end);
      bytes = bytes.subarray(end);
    }
    rest = bytes.length > 0 ? [bytes] : [];
    restBytes = bytes.length;
  }
}

/** All of the frame that has begun to arrive; 0 while its length is not there in one piece. */
function frameBytesOf([first]: readonly Buffer[]): number {
  return first === undefined || first.length < lengthBytes ? 0 : lengthBytes + first.readInt32BE(0);
}
