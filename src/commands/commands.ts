import type { ConfigKey } from './config/schema.ts';

/** An option: a switch, or with `value` one that takes a value. */
export interface OptionInfo {
  /** Placeholder of its value, as `FILE`. */
  readonly value?: string;
  /** May be given again, each time for one more value. */
  readonly isMultiple?: true;
  /** The configuration key it sets; its values are checked there. */
  readonly key?: ConfigKey;
  /** `duration`: `60s` in ms; `time`: RFC 3339 in ms since 1970; else the text itself. */
  readonly reads?: 'duration' | 'time';
  readonly choices?: readonly string[];
  readonly means: string;
}

export interface CommandInfo {
  readonly summary: string;
  /** The first is shown before anything else. */
  readonly examples: readonly string[];
  /** Placeholder of its operands; empty: it takes none. */
  readonly operands: string;
  readonly options: Readonly<Record<string, OptionInfo>>;
}

/** Options of more than one command: they mean the same everywhere. */
const shared = {
  config: { value: 'FILE', means: 'configuration, YAML or JSON' },
  policies: {
    value: 'PATH',
    isMultiple: true,
    key: 'policies.paths',
    means: 'file or folder of policies and inventory; may be repeated',
  },
  mode: { value: 'MODE', key: 'policies.mode', means: '`enforcement` (default) or `calico`' },
  'input-format': {
    value: 'FORMAT',
    key: 'input.format',
    means:
      'what the records are: `auto` (default), `goldmane-go`, `goldmane-protojson`, `whisker`, `enterprise`, `canonical-json` or `avro`',
  },
  'input-unwrap': {
    value: 'MEMBER',
    key: 'input.unwrap',
    means: 'dotted path of the member of an envelope that holds the record, as `log`',
  },
  set: {
    value: 'KEY=VALUE',
    isMultiple: true,
    means: 'sets any key of the configuration but a secret; may be repeated',
  },
} as const satisfies Record<string, OptionInfo>;

/** How policies and records are read, for all who judge records. */
const judging = {
  config: shared.config,
  policies: shared.policies,
  mode: shared.mode,
  'input-format': shared['input-format'],
  'input-unwrap': shared['input-unwrap'],
  set: shared.set,
} as const satisfies Record<string, OptionInfo>;

/** Of all who read files of records to their end. */
const strict = { means: 'exit 65 if any record cannot be read' } as const satisfies OptionInfo;

/** Every command, in the order in which help lists them. */
export const commands = {
  run: {
    summary: 'judge flow records from Kafka until told to stop',
    examples: [
      'rehearsal run --config rehearsal.yaml',
      'REHEARSAL_KAFKA_BROKERS=kafka:9092 rehearsal run --policies ./policies',
    ],
    operands: '',
    options: {
      ...judging,
      'startup-timeout': {
        value: 'DURATION',
        reads: 'duration',
        means: 'how long the brokers may take to answer (default 60s)',
      },
      'dry-run': {
        means: 'read and count only: no consumer group, nothing produced, nothing committed',
      },
    },
  },
  evaluate: {
    summary: 'judge flow records from files, as a Unix filter',
    examples: [
      'rehearsal evaluate --policies ./policies flows.ndjson.gz > judged.ndjson',
      'curl -s $WHISKER/flows | rehearsal evaluate --policies ./policies --only-changed -',
    ],
    operands: '[FILE…]',
    options: {
      ...judging,
      'output-format': {
        value: 'FORMAT',
        key: 'output.format',
        means: 'what they become: `preserve` (default), `canonical-json` or `canonical-avro`',
      },
      'only-changed': { means: 'leave out the records for which nothing would change' },
      'dead-letter': {
        value: 'FILE',
        means:
          'write the records that cannot be read here, with the reason, one JSON object a line',
      },
      strict,
      now: {
        value: 'TIME',
        reads: 'time',
        means: 'what `evaluated_at` says, RFC 3339 (default: the time of the start)',
      },
    },
  },
  preview: {
    summary:
      'show what staged policies would change for the flows of files, or of a stretch of a topic',
    examples: [
      'rehearsal preview --policies ./policies flows.ndjson.gz',
      'rehearsal preview --policies ./policies --format html --output preview.html flows/*.ndjson.zst',
      'rehearsal preview --policies ./policies --against main/policies --fail-on newly-denied flows.ndjson',
      'rehearsal preview --policies ./policies --from-topic flows --from 2026-11-01T00:00:00Z --to 2026-11-02T00:00:00Z',
    ],
    operands: '[FILE…]',
    options: {
      ...judging,
      format: {
        value: 'FORMAT',
        choices: ['table', 'markdown', 'json', 'html'],
        means: '`table` (default), `markdown` for a pull request, `json` or `html`',
      },
      output: { value: 'FILE', means: 'write it here instead of to stdout' },
      against: {
        value: 'PATH',
        isMultiple: true,
        means: 'compare with the policies and inventory of this file or folder; may be repeated',
      },
      'fail-on': {
        value: 'KIND[>N]',
        isMultiple: true,
        means:
          'exit 1 if staged policies flip more than N flows: `newly-denied`, `newly-allowed`, `uncertain`; may be repeated',
      },
      'allow-unreadable': {
        value: 'N',
        means: 'with `--fail-on`: put up with so many records that cannot be read (default 0)',
      },
      strict,
      'from-topic': { value: 'TOPIC', means: 'read this topic, in no group, committing nothing' },
      from: { value: 'TIME', reads: 'time', means: 'first of its records, RFC 3339' },
      to: {
        value: 'TIME',
        reads: 'time',
        means: 'not its records from here on (default: all there are)',
      },
      now: {
        value: 'TIME',
        reads: 'time',
        means: 'when the preview is said to be made, RFC 3339 (default: the time of the start)',
      },
    },
  },
  validate: {
    summary: 'check policies, inventory and configuration, all errors at once',
    examples: [
      'rehearsal validate ./policies',
      'rehearsal validate --config rehearsal.yaml --print',
    ],
    operands: 'PATH…',
    options: {
      config: { ...shared.config, means: 'check this configuration as well' },
      mode: shared.mode,
      set: shared.set,
      print: { means: 'show the effective value of every key and where it came from' },
      format: { value: 'FORMAT', choices: ['text', 'json'], means: '`text` (default) or `json`' },
    },
  },
  explain: {
    summary: 'tell one flow tier by tier: which policies and rules it meets, and what decides',
    examples: [
      'rehearsal explain --policies ./policies flows.ndjson:17',
      'rehearsal explain --policies ./policies --set kafka.brokers=kafka:9092 flows/3/1742',
      'rehearsal explain --policies ./policies --flow \'{"source_name":"cart-*",…}\' --format json',
    ],
    operands: '[RECORD]',
    options: {
      ...judging,
      flow: { value: 'JSON', means: 'the flow record itself; `-`: from stdin' },
      format: { value: 'FORMAT', choices: ['text', 'json'], means: '`text` (default) or `json`' },
    },
  },
  promote: {
    summary: 'print staged policies as what they are once enforced, for `kubectl apply -f -`',
    examples: [
      'rehearsal promote snp/payments/ledger-strict --policies ./policies | kubectl apply -f -',
      'rehearsal promote --all --flows flows.ndjson.gz > enforced.yaml',
    ],
    operands: '[REF…]',
    options: {
      ...judging,
      all: { means: 'every staged policy, in the order in which they are evaluated' },
      flows: {
        value: 'FILE',
        isMultiple: true,
        means: 'print nothing, exit 1, if these flow records show it to be unsafe; may be repeated',
      },
      force: { means: 'print all the same' },
    },
  },
  stage: {
    summary: 'print enforced policies as staged ones, to rehearse a change or a deletion',
    examples: [
      'rehearsal stage enforced.yaml > staged.yaml',
      'kubectl get networkpolicies.projectcalico.org -n payments -o yaml | rehearsal stage --action Delete -',
    ],
    operands: '[FILE…]',
    options: {
      action: {
        value: 'ACTION',
        choices: ['Set', 'Delete'],
        means: '`Set` (default) to replace the enforced policy, or `Delete` to remove it',
      },
    },
  },
  version: {
    summary: 'print the version',
    examples: ['rehearsal version --json'],
    operands: '',
    options: {
      json: { means: 'as one JSON object, with the versions of Node and of the platform' },
    },
  },
} as const satisfies Record<string, CommandInfo>;

export type CommandName = keyof typeof commands;

/** What was given of a command's own options; those that set a configuration key are not in here. */
export type OptionsOf<Name extends CommandName> = GivenOptions<(typeof commands)[Name]['options']>;

/** Options every command takes. */
export const commonOptions = {
  help: { means: 'show this help' },
  'no-color': { means: 'no colour, as with NO_COLOR set' },
} as const satisfies Record<string, OptionInfo>;

type GivenOptions<Options> = {
  readonly [
    Name in keyof Options as Options[Name] extends { key: string } ? never : Name
  ]?: GivenValue<Options[Name]>;
};

type GivenValue<Option> = Option extends { isMultiple: true }
  ? readonly string[]
  : Option extends { reads: string }
    ? number
    : Option extends { choices: readonly (infer Choice)[] }
      ? Choice
      : Option extends { value: string }
        ? string
        : true;
