import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Holds a server to `max` connections: a new one takes the place of the one that has been idle longest, so
 * that whoever occupies them all and asks for nothing keeps nobody from asking.
 */
export function capConnections(server: Server, max: number, onCapped: () => void): void {
  /** Those that are answered nothing at the moment, longest first. */
  const idle = new Set<Socket>();
  let open = 0;
  server.on('connection', (socket) => {
    open += 1;
    socket.once('close', () => {
      open -= 1;
      idle.delete(socket);
    });
    idle.add(socket);
    if (open <= max) return;
    onCapped();
    const [longest = socket] = idle;
    longest.destroy();
    idle.delete(longest);
  });
  server.on('request', ({ socket }, response) => {
    idle.delete(socket);
    response.once('close', () => {
      if (!socket.destroyed) idle.add(socket);
    });
  });
}
