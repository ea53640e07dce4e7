import { exitCodes } from './commands/exit-code.ts';
import { main } from './commands/main.ts';
import { deleteProto } from './std/no-proto.ts';

/** Runs the command line of this process. */
export async function start(): Promise<void> {
  deleteProto();
  const [, , command, ...options] = process.argv;
  const isStage = command === 'run';

  // Whoever reads the output has read enough; nobody reading the log does not stop the stage.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.bug);
  });
  process.stderr.on('error', () => {});

  // Also as process 1 of a container, where a signal without a listener does nothing. `run` has its own.
  if (!isStage) {
    process.once('SIGINT', () => process.exit(exitCodes.interrupted));
    process.once('SIGTERM', () => process.exit(exitCodes.terminated));
  }

  const exitCode = await main(command === undefined ? [] : [command, ...options], {
    // Made when it is asked for: few commands read it.
    get stdin() {
      return process.stdin;
    },
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    clock: { nowMs: () => Date.now(), monotonicMs: () => performance.now() },
  });
  // A stage that has drained is done, whatever its client library still waits for. The others let
  // their output flow out first.
  if (isStage) process.exit(exitCode);
  process.exitCode = exitCode;
}
