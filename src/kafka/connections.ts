// How bytes go between a socket and kafkajs. By itself it copies a request three times, into memory that
// it clears first, and joins all of an answer anew whenever more of it arrives.
import type { Socket } from 'node:net';

import { ByteWriter } from '../stage/records/byte-writer.ts';
import { failpointSoon } from './failpoints.ts';
import { FrameReader } from './frame-reader.ts';
import { connectionPrototype } from './internals.ts';
import { once } from '../std/once.ts';

/** The part of kafkajs's connection that is mended, and what that calls. */
export interface Connection {
  readonly socket: Pick<Socket, 'cork' | 'uncork' | 'write' | 'destroyed'>;
  readonly clientId: string;
  /** While it authenticates. */
  readonly authHandlers: { onSuccess(answer: Buffer): void } | null;
  /** Whether what comes then is a frame. */
  readonly authExpectResponse: boolean;
  readonly requestQueue: {
    push(request: QueuedRequest): void;
    maybeThrottle(ms: number | undefined): void;
    fulfillRequest(answer: Answer): void;
  };
  isAuthenticated(this: Connection): boolean;
  /** By `process.hrtime`; `null` = not yet. */
  readonly authenticatedAt: [number, number] | null;
  authenticate(): Promise<void>;
  failIfNotConnected(): void;
  nextCorrelationId(): number;
  send(this: Connection, call: Call): Promise<unknown>;
  processData(this: Connection, bytes: Buffer): void;
}

/** A request and how to read its answer. */
export interface Call {
  readonly request: Request | PiecedRequest;
  readonly response: {
    decode(payload: Buffer): Promise<{ readonly clientSideThrottleTime?: number }>;
    parse(decoded: object): Promise<unknown>;
  };
  readonly requestTimeout?: number | null;
}

interface Request {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
  readonly expectResponse?: () => boolean;
}

/** A request of ours, whose body is sent without a copy. */
interface PiecedRequest extends Request {
  readonly pieces: () => Promise<readonly Buffer[]>;
}

interface Answer {
  readonly correlationId: number;
  readonly size: number;
  readonly payload: Buffer;
}

interface QueuedRequest {
  readonly entry: Omit<Request, 'expectResponse'> & {
    readonly correlationId: number;
    readonly resolve: (answer: Answer) => void;
    readonly reject: (error: unknown) => void;
  };
  readonly expectResponse: boolean;
  readonly requestTimeout: number | null;
  readonly sendRequest: () => void;
}

/** Mends every connection, whatever the number of calls. */
export const mendConnections = once((): void => {
  const connection = connectionPrototype();
  // oxlint-disable-next-line typescript/unbound-method -- called with the `this` that it gets
  const { send } = connection;
  connection.send = async function sendInPieces(call): Promise<unknown> {
    const { request } = call;
    const isOurs = 'pieces' in request && request.expectResponse?.() !== false;
    return isOurs ? sendPieces(this, request, call) : send.call(this, call);
  };
  connection.processData = receive;
});

async function sendPieces(
  connection: Connection,
  request: PiecedRequest,
  { response, requestTimeout = null }: Call,
): Promise<unknown> {
  const { requestQueue, clientId } = connection;
  if (!connection.isAuthenticated()) await connection.authenticate();
  connection.failIfNotConnected();
  const correlationId = connection.nextCorrelationId();
  const pieces = withHead(await request.pieces(), { ...request, correlationId, clientId });
  const { payload } = await new Promise<Answer>((resolve, reject) => {
    connection.failIfNotConnected();
    const { apiKey, apiVersion, apiName } = request;
    requestQueue.push({
      entry: { apiKey, apiVersion, apiName, correlationId, resolve, reject },
      expectResponse: true,
      requestTimeout,
      sendRequest: () => {
        const { socket } = connection;
        socket.cork();
        for (const piece of pieces) socket.write(piece);
        socket.uncork();
        failpointSoon('mid-send');
      },
    });
  });
  const decoded = await response.decode(payload);
  requestQueue.maybeThrottle(decoded.clientSideThrottleTime);
  return response.parse(decoded);
}

interface Head extends Request {
  readonly correlationId: number;
  readonly clientId: string;
}

/** The pieces of a frame, small ones joined. */
function withHead(body: readonly Buffer[], head: Head): Buffer[] {
  const bytes = 2 + 2 + 4 + 2 + Buffer.byteLength(head.clientId);
  const writer = new ByteWriter(Buffer.allocUnsafe(4 + bytes));
  writer.int32(body.reduce((sum, { length }) => sum + length, bytes));
  writer.int16(head.apiKey);
  writer.int16(head.apiVersion);
  writer.int32(head.correlationId);
  writer.string(head.clientId);
  const pieces: Buffer[] = [];
  let small: Buffer[] = [writer.bytes];
  for (const piece of body) {
    small.push(piece);
    if (piece.length <= smallBytesMax) continue;
    small.pop();
    pieces.push(Buffer.concat(small), piece);
    small = [];
  }
  return small.length === 0 ? pieces : [...pieces, Buffer.concat(small)];
}

/** Copying less is cheaper than one more piece. */
const smallBytesMax = 4096;

/** By socket: a connection may open another. */
const readers = new WeakMap<object, FrameReader>();

function receive(this: Connection, bytes: Buffer): void {
  // A frame too long was announced: nobody waits for it.
  if (this.socket.destroyed) return;
  const { authHandlers, authExpectResponse } = this;
  if (authHandlers !== null && !authExpectResponse) {
    authHandlers.onSuccess(Buffer.from(bytes));
    return;
  }
  let reader = readers.get(this.socket);
  if (reader === undefined) {
    reader = new FrameReader((frame) => take(this, frame));
    readers.set(this.socket, reader);
  }
  reader.push(bytes);
}

function take({ authHandlers, requestQueue }: Connection, frame: Buffer): void {
  if (authHandlers === null) {
    const correlationId = frame.readInt32BE();
    requestQueue.fulfillRequest({ correlationId, size: frame.length, payload: frame.subarray(4) });
    return;
  }
  const length = Buffer.alloc(4);
  length.writeInt32BE(frame.length);
  authHandlers.onSuccess(Buffer.concat([length, frame]));
}
