import { readConfig } from './config/read-config.ts';
import { judgeRecords } from './evaluate/judge-records.ts';
import { openRecords } from './evaluate/open-records.ts';
import { liveOnLittleMemory } from './evaluate/little-memory.ts';
import { openDeadLetters } from './evaluate/outputs.ts';
import { readJudge } from './evaluate/read-judge.ts';
import { RecordOutput } from './evaluate/record-output.ts';
import { Totals } from './evaluate/totals.ts';
import { exitCodes } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import type { Invocation } from './invocation.ts';

/** `rehearsal evaluate`: what the stage would write for the records of files: lines, or an Avro container. */
export async function evaluate(invocation: Invocation<'evaluate'>): Promise<ExitCode> {
  const { options, operands, flags, surroundings } = invocation;
  const { environment, clock, stdout, stderr } = surroundings;
  liveOnLittleMemory();
  const { config } = await readConfig({
    flags,
    environment,
    file: options.config,
    isTerminal: stderr.isTTY === true,
  });
  const isChangedOnly = options['only-changed'] === true;
  const judgeOf = await readJudge(config, { stderr, isChangedOnly });
  const nowMs = options.now ?? clock.nowMs();
  const totals = new Totals();
  await using deadLetters = await openDeadLetters(options['dead-letter']);
  await using output = new RecordOutput(config, stdout);
  try {
    for (const path of operands.length === 0 ? ['-'] : operands) {
      await totals.unread.surviving(async () => {
        for await (const group of openRecords(path, surroundings, config)) {
          const { container } = group;
          const judge = judgeOf(output.isContained(container) ? 'records' : 'lines');
          const judged = judgeRecords(group, { judge, path, nowMs });
          totals.add(judged);
          await output.write({ outputs: judged.outputs, path, container });
          await deadLetters.write(judged.unreadable);
          judged.release();
        }
      });
    }
  } finally {
    for (const line of totals.lines()) stderr.write(`rehearsal: ${line}\n`);
  }
  const isRefused = totals.isNothing || (options.strict === true && totals.unread.isAny);
  return isRefused ? exitCodes.unreadableInput : exitCodes.done;
}
