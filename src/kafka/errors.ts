import type { RestartCause } from '../stage/ports.ts';
import { CodedError, type ErrorCode } from '../std/coded-error.ts';

/** What an error of kafkajs means to an operator. */
export type Trouble = 'unreachable' | 'not-authorised' | 'untrusted' | 'topic-missing' | 'failed';

/** Reads the trouble off an error and its causes: kafkajs wraps errors, and hides some. */
export function troubleOf(error: unknown): Trouble {
  const links = chainOf(error);
  const found = troubles.find(({ sign }) => links.some((link) => sign.test(describe(link))));
  return found?.trouble ?? 'failed';
}

/** The error as an operator should see it; `doing` completes the sentence `cannot …`. */
export function explain(error: unknown, doing: string): CodedError {
  if (error instanceof CodedError) return error;
  const trouble = troubleOf(error);
  return new CodedError(codes[trouble], `cannot ${doing}: ${reasonOf(error)}${hints[trouble]}`, {
    cause: error,
  });
}

/** Whether the error is one that the very same input will bring again: ours, or kafkajs's mistake. */
export function isLasting(error: unknown): boolean {
  return chainOf(error).some(({ name }) => lastingErrors.has(name));
}

const lastingErrors: ReadonlySet<string> = new Set([
  'CodecError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
]);

/** The innermost message, which is the one that says what happened. */
export function reasonOf(error: unknown): string {
  const last = chainOf(error).at(-1);
  return last === undefined ? String(error) : last.message;
}

/** Why a consumer crashed, as one of the few causes that are counted. */
export function restartCauseOf(error: unknown): RestartCause {
  const links = chainOf(error).map(describe);
  const has = (sign: RegExp): boolean => links.some((link) => sign.test(link));
  if (has(/RequestTimeout|timed out|Connection timeout/)) return 'timeout';
  if (has(/coordinator/i)) return 'coordinator';
  return troubleOf(error) === 'unreachable' ? 'connection' : 'other';
}

const codes: Readonly<Record<Trouble, ErrorCode>> = {
  unreachable: 'kafka/unreachable',
  'not-authorised': 'kafka/not-authorised',
  untrusted: 'kafka/untrusted',
  'topic-missing': 'kafka/topic-missing',
  failed: 'kafka/failed',
};

const hints: Readonly<Record<Trouble, string>> = {
  unreachable: '',
  'not-authorised': ' (check `kafka.sasl` and the access rights on the topics and the group)',
  untrusted: ' (check `kafka.ssl`: each side must trust the certificate of the other)',
  'topic-missing': '',
  failed: '',
};

/** Tried in this order on `name type code: message` of every link of the chain. */
const troubles: readonly { readonly sign: RegExp; readonly trouble: Trouble }[] = [
  {
    sign: /certificate|self-signed|SSL alert|altname|ERR_TLS|EPROTO|wrong version number/i,
    trouble: 'untrusted',
  },
  {
    sign: /SASL_?Authentication|SASL_STATE|SASL_MECHANISM|AUTHORIZATION_FAILED|not.authori[sz]ed|file-unreadable/i,
    trouble: 'not-authorised',
  },
  { sign: /UNKNOWN_TOPIC_OR_PARTITION/, trouble: 'topic-missing' },
  {
    sign: /KafkaJSConnection|RequestTimeout|BrokerNotFound|NoBroker|ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH/,
    trouble: 'unreachable',
  },
];

/** Errors say what caused them in turn; a cycle or a very long chain is cut. */
const chainLengthMax = 10;

function chainOf(error: unknown): Error[] {
  const links: Error[] = [];
  let link: unknown = error;
  while (link instanceof Error && !links.includes(link) && links.length < chainLengthMax) {
    links.push(link);
    link = link.cause;
  }
  return links;
}

function describe(error: Error): string {
  const type = 'type' in error ? String(error.type) : '';
  const code = 'code' in error ? String(error.code) : '';
  return `${error.name} ${type} ${code}: ${error.message}`;
}
