#!/usr/bin/env -S node --disable-proto=delete --disable-sigusr1
import { performance } from 'node:perf_hooks';
import { main } from './commands/main.ts';

process.exitCode = await main(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  clock: { nowMs: () => Date.now(), monotonicMs: () => performance.now() },
});
