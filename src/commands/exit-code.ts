import { CodedError } from '../std/coded-error.ts';

/** What a command leaves behind (contract 2). */
export const exitCodes = {
  done: 0,
  findings: 1,
  usage: 2,
  unreadableInput: 65,
  unreachable: 69,
  bug: 70,
  notAuthorised: 77,
  invalidConfiguration: 78,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The exit code of an error that ended a command: whatever carries no code is a bug of ours. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof CodedError)) return exitCodes.bug;
  const entry = table.find(([prefix]) => error.code.startsWith(prefix));
  return entry === undefined ? exitCodes.invalidConfiguration : exitCodes[entry[1]];
}

/** The first that fits. */
const table: readonly (readonly [prefix: string, exit: keyof typeof exitCodes])[] = [
  ['usage/', 'usage'],
  ['input/', 'unreadableInput'],
  ['kafka/unreachable', 'unreachable'],
  ['kafka/failed', 'unreachable'],
  ['kafka/not-authorised', 'notAuthorised'],
  ['stage/stalled', 'bug'],
  ['registry/unreachable', 'unreachable'],
  ['registry/not-authorised', 'notAuthorised'],
];
