import { parseArgs } from 'node:util';
import { CodedError } from '../std/coded-error.ts';
import { commands, commonOptions } from './commands.ts';
import type { CommandName, OptionInfo, OptionsOf } from './commands.ts';
import type { FlagValue } from './config/layers.ts';
import { didYouMean } from './did-you-mean.ts';
import { parseDuration, parseTime } from './duration.ts';

/** What was typed after the name of the command. */
export interface ParsedArguments<Name extends CommandName> {
  readonly isHelp: boolean;
  readonly isColourless: boolean;
  /** Values read as the table of commands says; switches are `true`. */
  readonly options: OptionsOf<Name>;
  readonly flags: readonly FlagValue[];
  readonly operands: readonly string[];
}

/**
 * Reads the arguments of a command against its table of options.
 * @throws CodedError `usage/arguments` with everything that is wrong
 */
export function parseArguments<Name extends CommandName>(
  command: Name,
  args: readonly string[],
): ParsedArguments<Name> {
  const known = { ...commands[command].options, ...commonOptions };
  const collected = new Collected(known);
  for (const token of tokensOf(args, known)) {
    if (token.kind === 'positional') collected.operand(token.value);
    if (token.kind === 'option') collected.option(token);
  }
  const { problems, options, flags, operands } = collected;
  // After an unknown option, what looks like an operand may be its value.
  if (operands.length > 0 && problems.length === 0 && commands[command].operands === '') {
    problems.push(`\`${command}\` takes no operands, but \`${operands[0] ?? ''}\` was given`);
  }
  const isHelp = options['help'] === true;
  const isColourless = options['no-color'] === true;
  if (problems.length > 0 && !isHelp) throw new CodedError('usage/arguments', problems.join('\n'));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the table has just been followed
  return { isHelp, isColourless, options: options as OptionsOf<Name>, flags, operands };
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

class Collected {
  readonly problems: string[] = [];
  readonly options: Record<string, unknown> = {};
  readonly flags: FlagValue[] = [];
  readonly operands: string[] = [];
  readonly #known: Readonly<Record<string, OptionInfo>>;

  constructor(known: Readonly<Record<string, OptionInfo>>) {
    this.#known = known;
  }

  operand(value: string): void {
    this.operands.push(value);
  }

  option({ name, rawName, value, inlineValue }: OptionToken): void {
    const info = Object.hasOwn(this.#known, name) ? this.#known[name] : undefined;
    if (info === undefined) {
      const hint = didYouMean(
        rawName,
        Object.keys(this.#known).map((known) => `--${known}`),
      );
      this.problems.push(`unknown option \`${rawName}\`${hint}`);
    } else if (info.value === undefined) {
      if (inlineValue === true) this.problems.push(`\`${rawName}\` takes no value`);
      this.options[name] = true;
    } else if (value === undefined || (inlineValue !== true && /^-./.test(value))) {
      this.problems.push(`\`${rawName}\` needs a value: \`${rawName} ${info.value}\``);
    } else this.#value(name, info, value);
  }

  #value(name: string, info: OptionInfo, text: string): void {
    if (name === 'set') this.#set(text);
    else if (info.key !== undefined) {
      const isItem = info.isMultiple === true;
      this.flags.push({ key: info.key, text, flag: `--${name}`, isItem });
    } else if (info.isMultiple === true) {
      const before = this.options[name];
      this.options[name] = Array.isArray(before) ? [...before, text] : [text];
    } else if (name in this.options) this.problems.push(`\`--${name}\` was given twice`);
    else this.options[name] = this.#read(name, info, text);
  }

  #set(text: string): void {
    const at = text.indexOf('=');
    if (at < 1) this.problems.push(`\`--set ${text}\` must look like \`--set KEY=VALUE\``);
    else this.flags.push({ key: text.slice(0, at), text: text.slice(at + 1), flag: '--set' });
  }

  #read(name: string, info: OptionInfo, text: string): unknown {
    if (info.choices !== undefined && !info.choices.includes(text)) {
      const choices = info.choices.map((choice) => `\`${choice}\``).join(', ');
      const hint = didYouMean(text, info.choices);
      this.problems.push(`\`--${name} ${text}\` must be one of ${choices}${hint}`);
    }
    if (info.reads === undefined) return text;
    const value = info.reads === 'duration' ? parseDuration(text) : parseTime(text);
    const wanted = info.reads === 'duration' ? 'a duration like `60s`' : 'a time like RFC 3339 has';
    if (value === null) this.problems.push(`\`--${name} ${text}\` must be ${wanted}`);
    return value;
  }
}

function tokensOf(args: readonly string[], known: Readonly<Record<string, OptionInfo>>) {
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { value }]) => [
      name,
      {
        type: value === undefined ? ('boolean' as const) : ('string' as const),
        ...(name === 'help' && { short: 'h' }),
      },
    ]),
  );
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  return tokens;
}
