import type {
  ConnectionWalk,
  FailedCriterion,
  PolicyAnswer,
  PolicyWalk,
  RuleAnswer,
  RuleWalk,
  TierWalk,
} from './explanation.ts';
import type { Row } from './side-by-side.ts';

/** One way through the tiers, line by line. */
export function walkRows({ tiers, profiles }: ConnectionWalk): readonly Row[] {
  const asked = profiles.filter(
    ({ answer }) => answer.enforced !== 'unreached' || answer.pending !== 'unreached',
  );
  return [
    ...(tiers.length === 0 ? [plain('no policy selects the endpoint')] : []),
    ...tiers.flatMap(tierRows),
    ...(asked.length === 0 ? [] : [plain('profiles')]),
    ...asked.flatMap((profile) => policyRows(profile)),
  ];
}

function plain(left: string): Row {
  return { left, cells: null };
}

function tierRows({ tier, policies, end }: TierWalk): readonly Row[] {
  const isEnd = end.enforced !== null || end.pending !== null;
  const endRow: Row = { left: '  end of tier', cells: [end.enforced ?? '–', end.pending ?? '–'] };
  return [plain(`tier ${tier}`), ...policies.flatMap(policyRows), ...(isEnd ? [endRow] : [])];
}

const policyWords: Readonly<Record<PolicyAnswer, string>> = {
  allow: 'allows',
  deny: 'denies',
  pass: 'passes on',
  log: 'logs',
  unknown: 'fails',
  'no-rule': 'no rule matches',
  open: 'open',
  absent: 'does not count',
  unreached: 'not asked',
};

function policyRows(policy: PolicyWalk): readonly Row[] {
  const { answer, stagedAction, note } = policy;
  const staged =
    stagedAction === null ? '' : ` (staged${stagedAction === 'Set' ? '' : `, ${stagedAction}`})`;
  const selection =
    policy.selector === ''
      ? []
      : [plain(`    ${policy.selects === 'yes' ? 'selects' : 'may select'} it: ${policy.because}`)];
  return [
    {
      left: `  ${policy.policy}${staged}`,
      cells: [policyWords[answer.enforced], policyWords[answer.pending]],
    },
    ...selection,
    ...(note === '' ? [] : [plain(`    pending: ${note}`)]),
    ...ruleRows(policy.rules),
  ];
}

/** Only rules that were asked; how many were not is told by one line. */
function ruleRows(rules: readonly RuleWalk[]): readonly Row[] {
  const asked = rules.filter(({ answer }) => answer.enforced !== null || answer.pending !== null);
  const rest = rules.length - asked.length;
  const isAnyAsked = asked.length > 0;
  return [
    ...asked.flatMap(ruleRow),
    ...(isAnyAsked && rest > 0
      ? [plain(`    ${rest} more ${rest === 1 ? 'rule is' : 'rules are'} not asked`)]
      : []),
  ];
}

const ruleWords = { yes: 'matches', no: 'no match', maybe: 'may match' } as const;

function ruleCell(answer: RuleAnswer): string {
  return answer === null ? '–' : ruleWords[answer];
}

function ruleRow({ rule, action, asks, answer, failed }: RuleWalk): readonly Row[] {
  const isWhole = failed === null && asks.length > 0;
  return [
    {
      left: `    rule ${rule}: ${action}`,
      cells: [ruleCell(answer.enforced), ruleCell(answer.pending)],
    },
    ...(failed === null ? [] : [plain(`      ${failedText(failed)}`)]),
    ...(isWhole ? [plain(`      ${asks.join('; ')}`)] : []),
  ];
}

function failedText({ path, answer, wanted, found, reasons }: FailedCriterion): string {
  // Of a selector only what decides is told.
  const what =
    path.toLowerCase().endsWith('selector') || wanted === '' ? path : `${path} ${wanted}`;
  const isExcluding = /\bnot/.test(path);
  const verb = isExcluding ? 'excludes it' : 'is not met';
  const why = reasons.length === 0 ? '' : `; ${reasons.join(', ')}`;
  return `${what} ${answer === 'no' ? verb : 'is open'}: ${found}${why}`;
}
