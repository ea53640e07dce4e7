import type { Writable } from 'node:stream';
import { pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { Logger } from '../stage/logger.ts';
import { cleanFields } from './clean-fields.ts';
import { escapeLine, escapeTwice } from './escape.ts';
import { telemetryLimits } from './limits.ts';
import type { TelemetryLimits } from './limits.ts';
import { LogStream } from './log-stream.ts';

export interface LoggerOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** `json`: one object a line; `text`: for people at a terminal. */
  readonly format: 'json' | 'text';
  readonly isColoured: boolean;
  readonly destination: Writable;
  readonly limits?: Pick<TelemetryLimits, 'logBytes'>;
  /** Called for each line that nobody took. */
  readonly onLost?: () => void;
}

/** The log of the stage. No line of it holds a secret or can drive a terminal. */
export function createLogger(options: LoggerOptions): Logger {
  const { level, format, destination, limits = telemetryLimits, onLost = () => {} } = options;
  const asLine = format === 'text' ? textLines(options) : escapeLine;
  const stream = new LogStream({
    destination,
    bytesMax: limits.logBytes,
    onLost,
    onRecovered: (lines) => logger.warn({ lines }, 'lines of the log were lost: nobody took them'),
  });
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      messageKey: 'message',
      // Errors are described by `cleanFields` already.
      serializers: { err: (error: unknown) => error },
      formatters: { level: (label) => ({ level: label }), log: cleanFields },
    },
    { write: (line: string) => stream.write(asLine(line)) },
  );
  return logger;
}

function textLines({ isColoured }: LoggerOptions): (line: string) => string {
  const pretty = prettyFactory({
    colorize: isColoured,
    messageKey: 'message',
    translateTime: 'SYS:HH:MM:ss.l',
    singleLine: true,
  });
  return (line) => pretty(escapeTwice(line));
}
