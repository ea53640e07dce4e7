import { liveLimits } from '../live/limits.ts';
import { readPaths } from '../live/read-paths.ts';
import { decodeResources } from '../policy/resources/decode.ts';
import { readDocuments } from '../policy/resources/documents.ts';
import { CodedError } from '../std/coded-error.ts';
import type { GivenValue } from './config/layers.ts';
import { effectiveValues, formatValues } from './config/print.ts';
import { resolveSources } from './config/read-config.ts';
import type { Resolved } from './config/resolve.ts';
import { exitCodes } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import { findingsOf, formatFinding, plainFinding, summaryOf } from './findings.ts';
import type { Finding } from './findings.ts';
import type { Invocation } from './invocation.ts';

/** `rehearsal validate`: everything that is wrong with policies and configuration, at once. */
export async function validate(invocation: Invocation<'validate'>): Promise<ExitCode> {
  const { options, operands, flags, surroundings } = invocation;
  const isConfigMeant = options.config !== undefined || options.print === true;
  if (operands.length === 0 && !isConfigMeant) {
    throw new CodedError('usage/arguments', '`validate` needs a PATH, or `--config FILE`');
  }
  const resolved = await resolveSources({
    flags,
    environment: surroundings.environment,
    file: options.config,
    isTerminal: surroundings.stderr.isTTY === true,
  });
  const findings = [
    ...(resolved.status === 'valid' ? [] : resolved.problems.map(plainFinding)),
    ...(operands.length === 0 ? [] : await policyFindings(operands, resolved)),
  ];
  const values = resolved.status === 'valid' && options.print === true ? resolved.values : null;
  const format = options.format === 'json' ? formatJson : formatText;
  surroundings.stdout.write(format(findings, values));
  surroundings.stderr.write(`${summaryOf(findings)}\n`);
  const isWrong = findings.some(({ severity }) => severity === 'error');
  return isWrong ? exitCodes.findings : exitCodes.done;
}

/** Under the defaults where the configuration is itself unusable. */
async function policyFindings(
  paths: readonly string[],
  resolved: Resolved,
): Promise<readonly Finding[]> {
  const config = resolved.status === 'valid' ? resolved.config : null;
  try {
    const { texts } = await readPaths(paths, config?.limits ?? liveLimits);
    const contents = texts.map(({ text, file }) => readDocuments(text, file));
    const documents = contents.flatMap((content) => content.documents);
    const mode = config?.policies.mode ?? 'enforcement';
    // What a stage might put up with is wrong all the same.
    const { problems } = decodeResources(documents, { mode, onInvalid: 'refuse' });
    return findingsOf([...contents.flatMap((content) => content.problems), ...problems]);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return error.message.split('\n').map((message) => plainFinding({ source: '', message }));
  }
}

function formatText(findings: readonly Finding[], values: readonly GivenValue[] | null): string {
  const lines = findings.map((finding) => `${formatFinding(finding)}\n`);
  return [values === null ? '' : formatValues(values), ...lines].join('');
}

function formatJson(findings: readonly Finding[], values: readonly GivenValue[] | null): string {
  const shown = values === null ? {} : { values: effectiveValues(values) };
  return `${JSON.stringify({ ...shown, findings }, null, 2)}\n`;
}
