import { connectionPrototype } from './internals.ts';
import { once } from '../std/once.ts';

/** A broker takes no login of a session that is younger than a second (KIP-368), and refuses what it says. */
const sessionAgeMinMs = 2000;

/**
 * A connection logs in again ten seconds before its session ends, and kafkajs does so at once, and for every
 * request, where a session is that short from its beginning: its token has almost run out.
 */
export const mendLogins = once((): void => {
  const connection = connectionPrototype();
  // oxlint-disable-next-line typescript/unbound-method -- called with the `this` that it gets
  const { isAuthenticated } = connection;
  connection.isAuthenticated = function isLoggedIn(): boolean {
    return isAuthenticated.call(this) || isYoung(this.authenticatedAt);
  };
});

/** `null` = not logged in. */
function isYoung(since: [number, number] | null): boolean {
  if (since === null) return false;
  const [seconds, nanoseconds] = process.hrtime(since);
  return seconds * 1000 + nanoseconds / 1e6 < sessionAgeMinMs;
}
