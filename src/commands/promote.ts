import type { Policy } from '../policy/resources/model.ts';
import { readConfig } from './config/read-config.ts';
import { exitCodes, type ExitCode } from './exit-code.ts';
import type { Invocation } from './invocation.ts';
import { readPolicyFiles } from './policy-files.ts';
import { objectionsTo } from './promote/gate.ts';
import { choosePolicies } from './promote/choice.ts';
import { formatReference } from './promote/policy-names.ts';
import { kubectlName, promote as promotePolicy, type Promotion } from './promote/promotion.ts';
import { readBareSchema } from './run/avro.ts';

/** `rehearsal promote`: staged policies as what they are once they are enforced, for `kubectl apply`. */
export async function promote(invocation: Invocation<'promote'>): Promise<ExitCode> {
  const { options, operands, flags, surroundings } = invocation;
  const { environment, stdout, stderr } = surroundings;
  const { config } = await readConfig({
    flags,
    environment,
    file: options.config,
    isTerminal: stderr.isTTY === true,
  });
  const say = (line: string) => stderr.write(`rehearsal: ${line}\n`);
  const files = await readPolicyFiles(config, stderr);
  const isAll = options.all === true;
  const { policies, ignored } = choosePolicies(files, { references: operands, isAll });
  for (const policy of ignored) {
    say(`${formatReference(policy)} is left out: it says \`stagedAction: Ignore\``);
  }
  const promotions = promoteInTurn(policies, files.documents);
  if (options.flows !== undefined) {
    const bareSchema = await readBareSchema(config);
    const gate = { config, bareSchema, flows: options.flows, surroundings };
    const objections = await objectionsTo(promotions, files, gate);
    for (const objection of objections) say(objection);
    if (objections.length > 0 && options.force !== true) {
      say('nothing was printed; `--force` prints it all the same');
      return exitCodes.findings;
    }
  }
  stdout.write(promotions.map(({ text }) => text).join('---\n'));
  for (const promotion of promotions) advise(promotion, say);
  return exitCodes.done;
}

function promoteInTurn(
  policies: readonly Policy[],
  documents: Promotion['documents'],
): readonly Promotion[] {
  let before = documents;
  return policies.map((policy) => {
    const promotion = promotePolicy(before, policy);
    before = promotion.documents;
    return promotion;
  });
}

/** What the text by itself does not do. */
function advise({ policy, isDeletion, lost }: Promotion, say: (line: string) => void): void {
  const name = formatReference(policy);
  if (isDeletion) say(`${name} deletes: run its line \`kubectl delete\`, which apply passes over`);
  if (lost.length > 0) {
    const fields = lost.map((field) => `\`${field}\``).join(', ');
    say(
      `${name}: the enforced policy of that name also has ${fields}, which apply may leave there; use \`kubectl replace -f -\``,
    );
  }
  say(`${name}: once that is done, \`kubectl delete ${kubectlName(policy)}\``);
}
