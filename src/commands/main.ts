import { CodedError } from '../std/coded-error.ts';
import { parseArguments } from './arguments.ts';
import { commands } from './commands.ts';
import type { CommandName } from './commands.ts';
import { didYouMean } from './did-you-mean.ts';
import { exitCodeOf, exitCodes } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import { helpOn, overview } from './help.ts';
import type { Invocation } from './invocation.ts';
import type { Surroundings } from './surroundings.ts';

/** Runs one command line, `args` without the program's name. Errors end up on `stderr`. */
export async function main(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  try {
    return await dispatch(args, surroundings);
  } catch (error) {
    surroundings.stderr.write(report(error));
    return exitCodeOf(error);
  }
}

type Implementations = {
  readonly [Name in CommandName]: () => Promise<(typed: Invocation<Name>) => Promise<ExitCode>>;
};

/** Loaded only when asked for, so that `--help` does not wait for Kafka's client. */
const implementations: Implementations = {
  run: async () => (await import('./run.ts')).run,
  evaluate: async () => (await import('./evaluate.ts')).evaluate,
  preview: async () => (await import('./preview.ts')).preview,
  explain: async () => (await import('./explain.ts')).explain,
  promote: async () => (await import('./promote.ts')).promote,
  stage: async () => (await import('./stage.ts')).stage,
  validate: async () => (await import('./validate.ts')).validate,
  version: async () => (await import('./version.ts')).version,
};

async function dispatch(args: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const [first = '', ...rest] = args;
  const { stdout, stderr } = surroundings;
  if (first === '') {
    stderr.write(overview());
    return exitCodes.usage;
  }
  if (['--help', '-h', 'help'].includes(first)) {
    const about = rest[0];
    stdout.write(about === undefined ? overview() : helpOn(commandNamed(about)));
    return exitCodes.done;
  }
  return start(first === '--version' ? 'version' : commandNamed(first), rest, surroundings);
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- ties options to the command
async function start<Name extends CommandName>(
  name: Name,
  args: readonly string[],
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { isHelp, isColourless, ...typed } = parseArguments(name, args);
  if (isHelp) {
    surroundings.stdout.write(helpOn(name));
    return exitCodes.done;
  }
  const command = await implementations[name]();
  const isColourWanted = !isColourless && (surroundings.environment['NO_COLOR'] ?? '') === '';
  return command({ ...typed, isColourWanted, surroundings });
}

function commandNamed(word: string): CommandName {
  if (isCommandName(word)) return word;
  const isOption = word.startsWith('-');
  const names = isOption ? ['--help', '--version'] : [...Object.keys(commands), 'help'];
  const what = isOption ? 'option before a command' : 'command';
  throw new CodedError(
    'usage/command',
    `unknown ${what} \`${word}\`${didYouMean(word, names)} (\`rehearsal --help\` lists them)`,
  );
}

function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(commands, word);
}

/** A mistake that can be mended is told in words; a bug of ours with its stack. */
function report(error: unknown): string {
  if (error instanceof CodedError) {
    return error.message
      .split('\n')
      .map((line) => `rehearsal: ${line}\n`)
      .join('');
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `rehearsal: this is a bug of Rehearsal, please report it\n${text}\n`;
}
