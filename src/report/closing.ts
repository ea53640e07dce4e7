import { grouped, plainName, some } from './names.ts';
import type { PolicyPreview, Preview } from './schema.ts';
import { serviceOf } from './services.ts';
import type { StandingName } from './standing.ts';
import { unreadRecords } from './unread-records.ts';

/** What a preview comes to, in a few plain words. */
export function closingOf(preview: Omit<Preview, 'closing'>): string {
  const { flows, policies } = preview;
  const said = policies.length === 0 ? ['nothing is staged'] : wordsOn(preview);
  const clauses = flows.judged === 0 ? ['no flow was judged, so nothing can be said'] : said;
  return `${capital([...clauses, ...caveats(preview)].join('; '))}.`;
}

function wordsOn({ policies, together }: Omit<Preview, 'closing'>): string[] {
  const of = (name: StandingName) => policies.filter(({ standing }) => standing === name);
  const breaking = of('breaks');
  const others = breaking.length - namedMax;
  return [
    ...safeClause(of('safe')),
    ...breaking.slice(0, namedMax).map((policy) => breakingClause(policy)),
    ...(others > 0 ? [`${others} more would cut traffic`] : []),
    ...openClauses(of),
    ...togetherClause(policies, together),
  ];
}

const namedMax = 3;

function safeClause(safe: readonly PolicyPreview[]): string[] {
  if (safe.length === 0) return ['no policy can be called safe to enforce next on this traffic'];
  const names = safe.slice(0, namedMax).map(nameOf).join(', ');
  const list = safe.length > namedMax ? `${names}, …` : names;
  const verb = safe.length === 1 ? 'is' : 'are';
  return [
    `${some(safe.length, 'policy', 'policies')} ${verb} safe to enforce next on this traffic (${list})`,
  ];
}

/** `payments/ledger` would cut postgresql from 3 workloads. */
function breakingClause(policy: PolicyPreview): string {
  const cut = policy.groups.filter(({ flip, alone }) => flip === 'newly-denied' && alone > 0);
  const services = Map.groupBy(cut, ({ protocol, port }) => serviceOf(protocol, port));
  const [first, ...others] = services;
  if (first === undefined) {
    return `${nameOf(policy)} would deny ${some(policy.drifting, 'flow')} that the records say are allowed`;
  }
  const [service, groups] = first;
  const sources = new Set(groups.map(({ source }) => source));
  const noun = [...sources].every((source) => source.includes('/')) ? 'workload' : 'source';
  const isMore = policy.rest.some(({ flip }) => flip === 'newly-denied');
  const from = `${isMore ? 'at least ' : ''}${some(sources.size, noun)}`;
  const also = others.length === 0 ? '' : `, and ${some(others.length, 'other service')}`;
  return `${nameOf(policy)} would cut ${service} from ${from}${also}`;
}

function openClauses(of: (name: StandingName) => readonly PolicyPreview[]): string[] {
  const words: readonly (readonly [StandingName, string])[] = [
    ['undecided', 'undecided'],
    ['no-evidence', 'touched by no flow'],
    ['hosts', 'for hosts, which cannot be judged'],
    ['not-judged', 'not judged, as nothing is under `mode: calico`'],
    ['ignored', 'left out (`stagedAction: Ignore`)'],
  ];
  return words.flatMap(([name, word]) => {
    const { length } = of(name);
    return length === 0 ? [] : [`${grouped(length)} ${length === 1 ? 'is' : 'are'} ${word}`];
  });
}

function togetherClause(
  policies: readonly PolicyPreview[],
  { standing, why }: Preview['together'],
): string[] {
  const count = policies.filter((policy) => policy.standing !== 'ignored').length;
  if (count < 2 || standing === 'not-judged') return [];
  if (standing === 'safe') return [`all ${count} are safe to enforce together on this traffic`];
  return [`all ${count} together cannot be called safe: ${why}`];
}

/** What keeps the sentence from being about all there was. */
function caveats({ unreadable, damaged, flows }: Omit<Preview, 'closing'>): string[] {
  const records = unreadRecords(unreadable);
  return [
    ...(records > 0
      ? [
          `${some(records, 'record')} could not be read and ${records === 1 ? 'is' : 'are'} no part of this`,
        ]
      : []),
    ...(damaged.length > 0 ? [`${some(damaged.length, 'file')} could not be read to the end`] : []),
    ...(flows.notEvaluated > 0 ? [`${some(flows.notEvaluated, 'flow')} not evaluated`] : []),
  ];
}

function nameOf({ namespace, policy }: PolicyPreview): string {
  return `\`${plainName({ namespace, name: policy })}\``;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
