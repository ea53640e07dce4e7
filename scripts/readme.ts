// The README with its tables written anew from the tables of the code.
import { readFileSync } from 'node:fs';
import { commands, type CommandInfo } from '../src/commands/commands.ts';
import { configTable } from '../src/commands/config/json-schema.ts';
import { reasons, deadLetterReasons } from '../src/flow/reasons.ts';
import { metricTable } from '../src/telemetry/metric-table.ts';

const tables: Readonly<Record<string, () => string>> = {
  commands: commandTable,
  configuration: configTable,
  metrics: metricsTable,
  reasons: reasonTable,
};

/** The text of README.md as it should be. */
export function readmeText(): string {
  const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  return Object.entries(tables).reduce(
    (page, [name, table]) => replaced(page, name, table()),
    text,
  );
}

function replaced(page: string, name: string, table: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [before, rest] = page.split(begin);
  const [, after] = (rest ?? '').split(end);
  if (before === undefined || after === undefined) {
    throw new Error(`README.md has no place for the table \`${name}\``);
  }
  return `${before}${begin}\n${table.trimEnd()}\n${end}${after}`;
}

function commandTable(): string {
  const rows = Object.entries<CommandInfo>(commands).map(
    ([name, { summary, operands, options }]) => {
      const call = operands === '' ? name : `${name} ${operands}`;
      const flags = Object.entries(options).map(([option, { value }]) =>
        value === undefined ? `\`--${option}\`` : `\`--${option} ${value}\``,
      );
      return `| \`${call}\` | ${summary} | ${flags.join(', ')} |`;
    },
  );
  return ['| command | does | options |', '|---|---|---|', ...rows].join('\n');
}

function metricsTable(): string {
  const rows = Object.entries(metricTable).map(([name, { type, labels, help }]) => {
    const names = Object.keys(labels).map((label) => `\`${label}\``);
    return `| \`${name}\` | ${type} | ${names.join(' ')} | ${help} |`;
  });
  return ['| metric | type | labels | counts |', '|---|---|---|---|', ...rows].join('\n');
}

function reasonTable(): string {
  const flows = Object.entries(reasons).map(
    ([code, { assumed, means }]) =>
      `| \`${code}\` | ${assumed ? 'assumed' : 'uncertain'} | ${means} |`,
  );
  const letters = Object.entries(deadLetterReasons).map(
    ([code, means]) => `| \`${code}\` | dead letter | ${means} |`,
  );
  return ['| reason | goes with | means |', '|---|---|---|', ...flows, ...letters].join('\n');
}
