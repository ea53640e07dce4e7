import type { AvroSchema } from '../../flow/avro/avro-schema.ts';
import type { RecordWriter } from '../../flow/dialects/writer.ts';
import { Health } from '../../stage/health.ts';
import type { Clock, Logger } from '../../stage/ports.ts';
import type { Routes } from '../../telemetry/http-routes.ts';
import { VERSION } from '../../std/version.ts';
import { createLogger } from '../../telemetry/logger.ts';
import { createTelemetry, type Telemetry } from '../../telemetry/telemetry.ts';
import type { Config } from '../config/schema.ts';
import type { Invocation } from '../invocation.ts';
import { createWriterFor } from './judge.ts';
import { Policies } from './policies.ts';

/** What the stage is made of, beside Kafka. */
export interface Parts {
  readonly config: Config;
  readonly version: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly policies: Policies;
  /** Writes what the policies say. */
  readonly writer: RecordWriter;
  /** Whether the process should be left alone, has come up, does its work. */
  readonly live: Health;
  readonly started: Health;
  readonly ready: Health;
}

/** `bareSchema` is what `input.schemaFile` holds. */
export function createParts(
  config: Config,
  { surroundings, isColourWanted }: Pick<Invocation, 'surroundings' | 'isColourWanted'>,
  bareSchema: AvroSchema | null = null,
): Parts {
  const { stderr, clock } = surroundings;
  const telemetry = createTelemetry({
    set: config.policies.set,
    version: VERSION,
    nodeVersion: process.versions.node,
    limits: config.limits,
    clock,
  });
  const logger = createLogger({
    ...config.log,
    isColoured: stderr.isTTY === true && isColourWanted,
    destination: stderr,
    limits: config.limits,
    onLost: () => telemetry.stage.limitReached('logBytes'),
  });
  const live = new Health(clock);
  live.pass('process', 'running');
  const started = new Health(clock);
  started.fail('startup', 'still starting');
  const ready = new Health(clock);
  ready.fail('policies', 'not read yet');
  ready.fail('kafka', 'not connected yet');
  const writer = createWriterFor(config);
  const parts = {
    config,
    version: VERSION,
    clock,
    logger,
    telemetry,
    live,
    started,
    ready,
    writer,
  };
  return { ...parts, policies: new Policies({ ...parts, health: ready, bareSchema }) };
}

/** Where each of them is seen from outside (contract 6). */
export function routesOf({ telemetry, live, started, ready }: Parts): Routes {
  return {
    metrics: telemetry.page,
    live: () => live.checks(),
    ready: () => ready.checks(),
    started: () => started.checks(),
  };
}
