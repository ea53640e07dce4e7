import { evaluationMembers } from '../flow/encode-evaluation.ts';
import { explain as explainFlow } from '../report/explain/explain.ts';
import { formatExplanation } from '../report/explain/explanation-text.ts';
import type { Explanation } from '../report/explain/explanation.ts';
import { VERSION } from '../std/version.ts';
import { readConfig } from './config/read-config.ts';
import { exitCodes, type ExitCode } from './exit-code.ts';
import { readFlows } from './explain/read-flows.ts';
import { recordMeant } from './explain/record-meant.ts';
import type { Invocation } from './invocation.ts';
import { readPolicyFiles } from './policy-files.ts';
import { readBareSchema } from './run/avro.ts';

/** `rehearsal explain`: one flow, tier by tier. */
export async function explain(invocation: Invocation<'explain'>): Promise<ExitCode> {
  const { options, operands, flags, surroundings, isColourWanted } = invocation;
  const { environment, clock, stdout, stderr } = surroundings;
  const { config } = await readConfig({
    flags,
    environment,
    file: options.config,
    isTerminal: stderr.isTTY === true,
  });
  const meant = { flow: options.flow, operands, config, surroundings, isColourWanted };
  const [files, record, bareSchema] = [
    await readPolicyFiles(config, stderr),
    await recordMeant(meant),
    await readBareSchema(config),
  ];
  const { index } = files;
  const flows = readFlows(record, { index, config, bareSchema, nowMs: clock.nowMs() });
  const explanations = flows.map((flow) => explainFlow(files, flow));
  const maker = {
    policySet: config.policies.set,
    policyHash: index.policyHash,
    evaluator: `rehearsal/${VERSION}`,
  };
  const asJson = ({ evaluation, ...rest }: Explanation) => ({
    ...rest,
    evaluation: evaluationMembers(evaluation, maker, new Date(clock.nowMs()).toISOString()),
  });
  stdout.write(
    options.format === 'json'
      ? explanations.map((one) => `${JSON.stringify(asJson(one), null, 2)}\n`).join('')
      : explanations.map((one) => formatExplanation(one)).join('\n'),
  );
  return exitCodes.done;
}
