import { matches } from '../../src/policy/selector/interpret.ts';
import type { LabelTest } from '../../src/policy/selector/ast.ts';
import type {
  Labels,
  Profile,
  Resources,
  WorkloadEndpoint,
} from '../../src/policy/resources/model.ts';
import { namespaceProfile } from './world-view.ts';

/** A label's value; undefined = there is no such label. */
type Value = string | undefined;

/** What a record tells of a pod that the inventory does not hold. */
export interface ToldOf {
  readonly pod: WorkloadEndpoint;
  /** Of its own labels. */
  readonly labels: Labels;
  /** The name is that of a workload: labels that are not told may be there. */
  readonly isAggregate: boolean;
  /** Of an account that no selector names, one for each end. */
  readonly stranger: string;
}

/** Everything that is unknown of one flow's labels. */
export interface Unknown {
  readonly pods: readonly ToldOf[];
  /** Namespaces and service accounts (as `namespace.name`) without an object. */
  readonly namespaces: readonly string[];
  readonly accounts: readonly string[];
}

/** One way in which all of that may be, and whether a label that an aggregate lacks is absent there. */
export interface Completion {
  readonly pods: readonly WorkloadEndpoint[];
  readonly profiles: readonly Profile[];
  readonly isAssumed: boolean;
}

/** All completions that the selectors of a world can tell apart; `null` where they are more than `max`. */
export function labelCompletions(
  { pods, namespaces, accounts }: Unknown,
  resources: Resources,
  max: number,
): readonly Completion[] | null {
  const tests = labelTests(resources);
  const choices = [
    ...pods.map((told) => podsFrom(told, tests)),
    ...namespaces.map((name) => profilesFrom(namespaceProfile(`kns.${name}`), 'pcns.', tests)),
    ...accounts.map((name) => profilesFrom(accountProfile(name), 'pcsa.', tests)),
  ];
  if (choices.reduce((count, some) => count * some.length, 1) > max) return null;
  return choices.reduce<readonly Completion[]>(
    (all, some) => all.flatMap((one) => some.map((other) => merged(one, other))),
    [{ pods: [], profiles: [], isAssumed: true }],
  );
}

function merged(one: Completion, other: Completion): Completion {
  return {
    pods: [...one.pods, ...other.pods],
    profiles: [...one.profiles, ...other.profiles],
    isAssumed: one.isAssumed && other.isAssumed,
  };
}

const ACCOUNT = 'projectcalico.org/serviceaccount';

/** Keys that are the pod's own business and that no record tells (contract 4, rule 2). */
const UNTOLD: ReadonlySet<string> = new Set(['job-name', 'projectcalico.org/kind']);

function podsFrom(told: ToldOf, tests: Tests): readonly Completion[] {
  const known = new Map(told.labels);
  let all: readonly (readonly [labels: Labels, isAssumed: boolean])[] = [[known, true]];
  for (const [key, own] of tests) {
    if (known.has(key) || key === ACCOUNT || /^pc(ns|sa)\./.test(key)) continue;
    const isUntold = UNTOLD.has(key);
    if (!isUntold && !told.isAggregate) continue;
    if (key.startsWith('projectcalico.org/') && !isUntold) continue;
    all = all.flatMap(([labels, isAssumed]) =>
      valuesOf(own).map((value) => [
        withLabel(labels, key, value),
        isAssumed && (isUntold || value === undefined),
      ]),
    );
  }
  return all.flatMap(([labels, isAssumed]) =>
    accountsOf(told, tests).map(({ account, profile }) => {
      const { namespace } = told.pod;
      const profiles = profile === null ? [] : [profile];
      const name = account ?? (profile === null ? null : LONG);
      const pod: WorkloadEndpoint = {
        ...told.pod,
        labels: withLabel(labels, ACCOUNT, account),
        profiles: [`kns.${namespace}`, ...(name === null ? [] : [`ksa.${namespace}.${name}`])],
      };
      return { pods: [pod], profiles, isAssumed };
    }),
  );
}

/** Calico does not write names down that are longer than a label may be; their profiles count all the same. */
const LONG = 'long'.repeat(16);

interface AccountChoice {
  readonly account: Value;
  /** Of an account that is nobody else's. */
  readonly profile: Profile | null;
}

function accountsOf({ labels, pod, stranger }: ToldOf, tests: Tests): readonly AccountChoice[] {
  const told = labels.get(ACCOUNT);
  if (told !== undefined) return [{ account: told, profile: null }];
  const isAsked = [...tests.keys()].some((key) => key === ACCOUNT || key.startsWith('pcsa.'));
  if (!isAsked) return [{ account: undefined, profile: null }];
  const strangers = [stranger, LONG].flatMap((name) =>
    profilesFrom(accountProfile(`${pod.namespace}.${name}`), 'pcsa.', tests).flatMap(
      ({ profiles: [profile = null] }) => [{ account: name === LONG ? undefined : name, profile }],
    ),
  );
  const named = ['api', 'job'].map((account) => ({ account, profile: null }));
  return [{ account: undefined, profile: null }, ...named, ...strangers];
}

function accountProfile(name: string): Profile {
  const account = name.slice(name.indexOf('.') + 1);
  return {
    name: `ksa.${name}`,
    ingressRules: [],
    egressRules: [],
    labelsToApply: new Map([['pcsa.projectcalico.org/name', account]]),
  };
}

/** The profile with every set of labels that it may hand down. */
function profilesFrom(profile: Profile, prefix: string, tests: Tests): readonly Completion[] {
  let all: readonly Labels[] = [profile.labelsToApply];
  for (const [key, own] of tests) {
    if (!key.startsWith(prefix) || profile.labelsToApply.has(key)) continue;
    all = all.flatMap((labels) => valuesOf(own).map((value) => withLabel(labels, key, value)));
  }
  return all.map((labelsToApply) => ({
    pods: [],
    profiles: [{ ...profile, labelsToApply }],
    isAssumed: true,
  }));
}

function withLabel(labels: Labels, key: string, value: Value): Labels {
  return value === undefined ? labels : new Map([...labels, [key, value]]);
}

type Tests = ReadonlyMap<string, readonly LabelTest[]>;

/** Every text of up to four of these letters: worlds compare labels with `a`, `b` and nothing. */
const texts = ['', 'a', 'b', 'c'].flatMap((first) =>
  ['', 'a', 'b', 'c'].flatMap((second) =>
    ['', 'a', 'b', 'c'].flatMap((third) =>
      ['', 'a', 'b', 'c'].map((fourth) => `${first}${second}${third}${fourth}`),
    ),
  ),
);

/** One value for each way in which the tests can be answered. */
function valuesOf(tests: readonly LabelTest[]): readonly Value[] {
  const named = tests.flatMap((test) => ('value' in test ? [test.value] : []));
  const classes = new Map<string, Value>();
  for (const value of [undefined, ...texts, ...named, 'shop', 'bank']) {
    const answers = tests.map((test) => matches(test, () => value));
    const key = JSON.stringify(answers);
    if (!classes.has(key)) classes.set(key, value);
  }
  return [...classes.values()];
}

/** What the policies ask of each label. */
function labelTests({ policies }: Resources): Tests {
  const found = new Map<string, LabelTest[]>();
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    if (isTest(part)) found.set(part.key, [...(found.get(part.key) ?? []), part]);
    else for (const inner of Object.values(part)) visit(inner);
  };
  visit(policies);
  return found;
}

function isTest(part: object): part is LabelTest {
  return 'key' in part && 'kind' in part;
}
