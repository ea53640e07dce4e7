import type { Problem } from '../policy/resources/model.ts';
import type { ConfigProblem } from './config/layers.ts';

/** Something that `validate` found. `where` is `file:line:column`, or whatever else it was given by. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly where: string;
  /** Dotted path within a document; empty for the whole of it. */
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

/** What is wrong with documents, in the order of their files. */
export function findingsOf(problems: readonly Problem[]): Finding[] {
  return problems.toSorted(byPosition).map(({ severity, position, path, message, hint }) => {
    const { file, line, column } = position;
    return { severity, where: `${file}:${line}:${column}`, path, message, hint };
  });
}

/** What is wrong beside documents. */
export function plainFinding({ source, message }: ConfigProblem): Finding {
  return { severity: 'error', where: source, path: '', message, hint: '' };
}

/** `policies/a.yaml:3:5 spec.egress[0].action: …`. */
export function formatFinding({ severity, where, path, message, hint }: Finding): string {
  const place = [where, path].filter((part) => part !== '').join(' ');
  const what = severity === 'warning' ? `warning: ${message}` : message;
  const whole = hint === '' ? what : `${what}; ${hint}`;
  return place === '' ? whole : `${place}: ${whole}`;
}

/** `2 errors, 1 warning`. */
export function summaryOf(findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return `${counted(errors, 'error')}, ${counted(findings.length - errors, 'warning')}`;
}

function byPosition({ position: a }: Problem, { position: b }: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
