import { writeFile } from 'node:fs/promises';
import type { PolicyIndex } from '../policy/index/policy-index.ts';
import { previewOf } from '../report/preview.ts';
import { formats } from '../report/formats.ts';
import type { Preview } from '../report/schema.ts';
import { Sightings } from '../report/sightings.ts';
import { Survey } from '../report/survey.ts';
import { CodedError } from '../std/coded-error.ts';
import { VERSION } from '../std/version.ts';
import type { Config } from './config/schema.ts';
import { readConfig } from './config/read-config.ts';
import { liveOnLittleMemory } from './evaluate/little-memory.ts';
import { Unread } from './evaluate/unread.ts';
import { exitCodes, type ExitCode } from './exit-code.ts';
import type { Invocation } from './invocation.ts';
import { findingsIn, parseFailOn, type FailOn } from './preview/fail-on.ts';
import { noProgress, terminalProgress } from './preview/progress.ts';
import { readFiles } from './preview/read-files.ts';
import { createSurveyJudge } from './preview/survey-judge.ts';
import { readIndex } from './read-index.ts';
import { readBareSchema } from './run/avro.ts';

type PreviewInvocation = Invocation<'preview'>;

/** `rehearsal preview`: what staged policies would change for recorded flows. */
export async function preview(invocation: PreviewInvocation): Promise<ExitCode> {
  const { options, flags, surroundings } = invocation;
  const { stderr, environment, clock } = surroundings;
  const gate = gateOf(invocation);
  liveOnLittleMemory();
  const { config } = await readConfig({
    flags,
    environment,
    file: options.config,
    isTerminal: stderr.isTTY === true,
  });
  const index = await readIndex(config.policies.paths, config, stderr);
  const against =
    options.against === undefined ? null : await readIndex(options.against, config, stderr);
  const staged = index.policies.filter(({ isStaged }) => isStaged).length;
  const survey = new Survey({ limits: config.limits, policies: staged });
  const sightings = new Sightings((sighting) => survey.add(sighting));
  const unread = new Unread();
  await readFlows(invocation, { config, index, against, sightings, unread });
  sightings.settle();
  const result = previewOf(survey, {
    index,
    nowMs: options.now ?? clock.nowMs(),
    evaluator: `rehearsal/${VERSION}`,
    policySet: config.policies.set,
    sources: sourcesOf(invocation),
    unreadable: unread.list(),
    damaged: unread.damaged,
    against: options.against?.join(', ') ?? null,
    rowsMax: config.limits.reportRows,
    unreadableMax: gate.unreadableMax,
  });
  await write(result, invocation, config);
  for (const line of unread.lines()) stderr.write(`rehearsal: ${line}\n`);
  return exitCodeOf(result, { unread, gate, stderr, isStrict: options.strict === true });
}

interface Reading {
  readonly config: Config;
  readonly index: PolicyIndex;
  readonly against: PolicyIndex | null;
  readonly sightings: Sightings;
  readonly unread: Unread;
}

async function readFlows(invocation: PreviewInvocation, reading: Reading): Promise<void> {
  const { options, surroundings, isColourWanted } = invocation;
  const { stderr, clock } = surroundings;
  const { config, unread, sightings } = reading;
  const judge = createSurveyJudge({ ...reading, bareSchema: await readBareSchema(config) });
  const calls = (place: string): void => void (sightings.place = place);
  const topic = options['from-topic'];
  const paths = topic === undefined ? sourcesOf(invocation) : ['-'];
  const progress =
    stderr.isTTY === true ? await terminalProgress(paths, stderr, clock) : noProgress;
  const nowMs = options.now ?? clock.nowMs();
  if (topic === undefined) {
    await readFiles(paths, { surroundings, config, nowMs, unread, progress, judge, calls });
    return;
  }
  const { readRange } = await import('./preview/kafka-range.ts');
  const range = { topic, fromMs: options.from ?? null, toMs: options.to ?? null };
  await readRange(range, { config, surroundings, isColourWanted, unread, progress, judge, calls });
}

function sourcesOf({ options, operands }: PreviewInvocation): string[] {
  const topic = options['from-topic'];
  if (topic !== undefined) return [topic];
  return operands.length === 0 ? ['-'] : [...operands];
}

async function write(
  result: Preview,
  { options, surroundings, isColourWanted }: PreviewInvocation,
  config: Config,
): Promise<void> {
  const { stdout, stderr } = surroundings;
  const path = options.output === '-' ? undefined : options.output;
  const isTerminal = stdout.isTTY === true && path === undefined;
  const text = formats[options.format ?? 'table'](result, {
    width: isTerminal ? (stdout.columns ?? 80) : 120,
    isColoured: isTerminal && isColourWanted,
    policies: config.policies.paths,
  });
  if (path === undefined) {
    stdout.write(text);
    return;
  }
  try {
    await writeFile(path, text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CodedError('usage/output', `cannot write \`${path}\`: ${reason}`, { cause });
  }
  stderr.write(`rehearsal: wrote ${path}. ${result.closing}\n`);
}

/** What the caller wants to be told by the exit code. */
interface Gate {
  readonly failOn: readonly FailOn[];
  readonly unreadableMax: number;
}

function gateOf(invocation: PreviewInvocation): Gate {
  const { 'allow-unreadable': allowed, 'fail-on': failOn } = invocation.options;
  const isCount = allowed === undefined || /^\d{1,15}$/.test(allowed);
  const isIdle = allowed !== undefined && failOn === undefined;
  const problems = [
    !isCount && `\`--allow-unreadable ${allowed}\` must be a whole number`,
    isIdle &&
      '`--allow-unreadable` needs `--fail-on`: without it no record that cannot be read fails',
    ...rangeProblems(invocation),
  ].filter((problem) => problem !== false);
  if (problems.length > 0) throw new CodedError('usage/arguments', problems.join('\n'));
  return { failOn: parseFailOn(failOn ?? []), unreadableMax: Number(allowed ?? 0) };
}

function rangeProblems({ options, operands }: PreviewInvocation): (string | false)[] {
  const { 'from-topic': topic, from, to } = options;
  return [
    topic !== undefined && operands.length > 0 && '`--from-topic` and a FILE exclude each other',
    topic === undefined && from !== undefined && '`--from` needs `--from-topic`',
    topic === undefined && to !== undefined && '`--to` needs `--from-topic`',
    from !== undefined && to !== undefined && from >= to && '`--from` must be before `--to`',
  ];
}

interface Ending {
  readonly unread: Unread;
  readonly gate: Gate;
  readonly isStrict: boolean;
  readonly stderr: { write(text: string): unknown };
}

/** A gate that could not look at everything must not open. */
function exitCodeOf(result: Preview, { unread, gate, isStrict, stderr }: Ending): ExitCode {
  const { count, damaged } = unread;
  const isNothing = result.flows.judged === 0;
  if ((isStrict || isNothing) && unread.isAny) return exitCodes.unreadableInput;
  if (gate.failOn.length === 0) return exitCodes.done;
  if (count > gate.unreadableMax || damaged.length > 0) return exitCodes.unreadableInput;
  if (isNothing) {
    stderr.write('rehearsal: no flow was judged, so `--fail-on` has nothing to go by\n');
    return exitCodes.unreadableInput;
  }
  const findings = findingsIn(result, gate.failOn);
  for (const finding of findings) stderr.write(`rehearsal: ${finding}\n`);
  return findings.length > 0 ? exitCodes.findings : exitCodes.done;
}
