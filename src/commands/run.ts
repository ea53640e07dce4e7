import { armFailpoint, failpointVariable } from '../kafka/failpoints.ts';
import { startHttpServer } from '../telemetry/http-server.ts';
import { readConfig } from './config/read-config.ts';
import { exitCodes, type ExitCode } from './exit-code.ts';
import type { Invocation } from './invocation.ts';
import { readBareSchema } from './run/avro.ts';
import { consume } from './run/consume.ts';
import { createParts, routesOf } from './run/parts.ts';
import { Reloads } from './run/reload.ts';
import { stopOnSignals } from './run/signals.ts';

const startupTimeoutMsDefault = 60_000;

/** `rehearsal run`: the stage, until it is told to stop. */
export async function run(invocation: Invocation<'run'>): Promise<ExitCode> {
  const { options, flags, surroundings } = invocation;
  const { config } = await readConfig({
    flags,
    environment: surroundings.environment,
    file: options.config,
    isTerminal: surroundings.stderr.isTTY === true,
  });
  const failpoint = armFailpoint(surroundings.environment[failpointVariable]);
  const stop = stopOnSignals();
  const parts = createParts(config, invocation, await readBareSchema(config));
  const { host, port } = config.http;
  const routes = routesOf(parts);
  const onLimit = (limit: string) => parts.telemetry.stage.limitReached(limit);
  const http = await startHttpServer({ host, port, limits: config.limits, routes, onLimit });
  parts.logger.info({ url: http.url, version: parts.version }, 'metrics and health are served');
  if (failpoint !== null) parts.logger.warn({ failpoint }, 'a test aid is on: will kill itself');
  const reloads = new Reloads(parts);
  try {
    await reloads.start();
    await parts.policies.read();
    await consume(
      parts,
      {
        isDryRun: options['dry-run'] === true,
        startupTimeoutMs: options['startup-timeout'] ?? startupTimeoutMsDefault,
      },
      stop.signal,
    );
  } catch (error) {
    // What goes wrong on the way out is not what ended the stage.
    if (!stop.signal.aborted) throw error;
    parts.logger.debug({ reason: String(error) }, 'stopped before all was well');
  } finally {
    reloads.close();
    await http.close();
    stop.release();
  }
  return exitCodes.done;
}
