import { type Runner, runnerPrototype } from './internals.ts';
import { once } from '../std/once.ts';

/** Those that were told to stop. */
const stopped = new WeakSet<Runner>();

/**
 * A consumer that is stopped while it is still joining its group goes on to join in kafkajs, and then consumes beside
 * the one that was started in its place, in one process and unknown to it; where it fails to join it stops that
 * other one. Whoever has been stopped leaves as soon as it has joined, and its crash is nobody's.
 */
export const mendLateJoins = once((): void => {
  const runner = runnerPrototype();
  const { start, stop, scheduleFetchManager } = runner;
  runner.start = async function startUnlessStopped(): Promise<void> {
    const { onCrash } = this;
    this.onCrash = (error) => {
      if (!stopped.has(this)) onCrash(error);
    };
    return start.call(this);
  };
  runner.stop = async function stopForGood(): Promise<void> {
    stopped.add(this);
    return stop.call(this);
  };
  runner.scheduleFetchManager = function consumeUnlessStopped(): void {
    if (stopped.has(this) && this.running) {
      this.running = false;
      // Without it the group waits for the session to run out.
      this.consumerGroup.leave().catch(() => {});
    }
    scheduleFetchManager.call(this);
  };
});
