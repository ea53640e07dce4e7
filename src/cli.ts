#!/usr/bin/env -S node --disable-proto=delete --disable-sigusr1 --max-semi-space-size=16
import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { exitCodes } from './commands/exit-code.ts';
import { main } from './commands/main.ts';
import { deleteProto } from './std/no-proto.ts';

deleteProto();

// Whoever reads the output has read enough; nobody reading the log does not stop the stage.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.bug);
});
process.stderr.on('error', () => {});

// Also as process 1 of a container, where a signal without a listener does nothing. `run` has its own.
if (process.argv[2] !== 'run') {
  process.once('SIGINT', () => process.exit(exitCodes.interrupted));
  process.once('SIGTERM', () => process.exit(exitCodes.terminated));
}

// Most of what is made of a file lives as long as a batch. A young generation that grows keeps up to 128 MiB
// of that for nothing; the stage has memory of its own.
if (process.argv[2] !== 'run') setFlagsFromString('--semi-space-growth-factor=1');

const exitCode = await main(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  clock: { nowMs: () => Date.now(), monotonicMs: () => performance.now() },
});
// A stage that has drained is done, whatever its client library still waits for. The others let
// their output flow out first.
if (process.argv[2] === 'run') process.exit(exitCode);
process.exitCode = exitCode;
