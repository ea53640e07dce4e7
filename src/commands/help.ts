import { commands, commonOptions } from './commands.ts';
import type { CommandName, OptionInfo } from './commands.ts';

/** Help on everything; the example comes first. */
export function overview(): string {
  const rows = Object.entries(commands).map(([name, { summary }]) => [name, summary] as const);
  return paragraphs([
    ['Example:', ...indented([commands.run.examples[0]])],
    ['Rehearses Calico network policies on real flow records before they go live.'],
    ['Usage: rehearsal <command> [options]'],
    ['Commands:', ...indented(columns(rows))],
    ['`rehearsal <command> --help` says more of each.'],
  ]);
}

/** No line is longer, but for an example, which is to be copied. */
const WIDTH = 100;

/** Help on one command; its examples come first. */
export function helpOn(name: CommandName): string {
  const { summary, examples, operands, options } = commands[name];
  const own = Object.entries<OptionInfo>(options).map(describe);
  const common = Object.entries<OptionInfo>(commonOptions).map(describe);
  const usage = ['Usage: rehearsal', name, '[options]', operands].filter((part) => part !== '');
  return paragraphs([
    [examples.length > 1 ? 'Examples:' : 'Example:', ...indented(examples)],
    [`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`],
    [usage.join(' ')],
    ['Options:', ...indented(columns([...own, ...common]))],
  ]);
}

function describe([name, { value, means }]: [string, OptionInfo]): readonly [string, string] {
  const long = value === undefined ? `--${name}` : `--${name} ${value}`;
  return [name === 'help' ? `-h, ${long}` : long, means];
}

function columns(rows: readonly (readonly [left: string, right: string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.flatMap(([left, right]) =>
    wrapped(right, WIDTH - width - 4).map(
      (line, i) => `${(i === 0 ? left : '').padEnd(width)}  ${line}`,
    ),
  );
}

function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function paragraphs(blocks: readonly (readonly string[])[]): string {
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
