import { CodedError } from '../std/coded-error.ts';
import { readConfig } from './config/read-config.ts';
import { judgeRecords } from './evaluate/judge-records.ts';
import { openRecords } from './evaluate/open-records.ts';
import { openDeadLetters, writeLines } from './evaluate/outputs.ts';
import { readJudge } from './evaluate/read-judge.ts';
import { Totals } from './evaluate/totals.ts';
import { exitCodes } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import type { Config } from './config/schema.ts';
import type { Invocation } from './invocation.ts';
import { assertSupported } from './run/unsupported.ts';

/** `rehearsal evaluate`: what the stage would write for the records of files, one a line. */
export async function evaluate(invocation: Invocation<'evaluate'>): Promise<ExitCode> {
  const { options, operands, flags, surroundings } = invocation;
  const { environment, clock, stdin, stdout, stderr } = surroundings;
  const { config } = await readConfig({
    flags,
    environment,
    file: options.config,
    isTerminal: stderr.isTTY === true,
  });
  assertSupported(config);
  assertLines(config);
  const judge = await readJudge(config, stderr);
  const nowMs = options.now ?? clock.nowMs();
  const isChangedOnly = options['only-changed'] === true;
  const totals = new Totals();
  await using deadLetters = await openDeadLetters(options['dead-letter']);
  try {
    for (const path of operands.length === 0 ? ['-'] : operands) {
      for await (const group of openRecords(path, stdin, config.limits)) {
        const judged = judgeRecords(group, { judge, path, nowMs, isChangedOnly });
        totals.add(judged);
        await writeLines(stdout, judged.values);
        await deadLetters.write(judged.unreadable);
      }
    }
  } finally {
    for (const line of totals.lines()) stderr.write(`rehearsal: ${line}\n`);
  }
  const isRefused = options.strict === true && totals.hasUnreadable;
  return isRefused ? exitCodes.unreadableInput : exitCodes.done;
}

/** @throws CodedError `config/unsupported` where the records would be no lines */
function assertLines({ output }: Config): void {
  if (output.format !== 'canonical-avro') return;
  throw new CodedError(
    'config/unsupported',
    '`evaluate` writes lines, which records in `canonical-avro` are not; use `--output-format canonical-json`',
  );
}
