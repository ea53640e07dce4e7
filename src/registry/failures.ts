import type { SchemaFailure, SchemaId } from '../stage/writer-schemas.ts';
import { CodedError } from '../std/coded-error.ts';
import { type Failure, type ReasonCode, reasonCodeOf } from './answer.ts';

/** Why the records that name the schema are dead letters. */
export function schemaFailure(id: SchemaId, failure: Failure): SchemaFailure {
  const reason = reasonCodeOf(failure);
  return {
    status: 'failed',
    reason,
    message: `${sentences[reason]} schema ${id}: ${failure.reason}`,
    limit: failure.trouble === 'too-large' ? 'schemaBytes' : null,
  };
}

/** The same trouble, met with what the outputs of a schema would be written with. */
export function ofOutput(failure: Failure): Failure {
  // That something is not there says nothing of a schema that is to be added.
  const trouble = failure.trouble === 'unknown' ? 'invalid' : failure.trouble;
  return {
    ...failure,
    trouble,
    reason: `its output schema cannot be registered, ${failure.reason}`,
  };
}

const sentences: Readonly<Record<ReasonCode, string>> = {
  schema_unknown: 'the registry does not know',
  schema_invalid: 'there is no use for',
  registry_unreachable: 'the registry could not be asked for',
};

/** Why the stage cannot begin. */
export function startError(url: string, failure: Failure, seconds: number): CodedError {
  const { trouble, reason } = failure;
  const where = `the schema registry at \`${url}\``;
  if (trouble === 'refused') {
    return new CodedError('registry/not-authorised', `${where} turns us away: ${reason}`);
  }
  if (trouble === 'untrusted') {
    const hint = '(check `registry.caFile`)';
    return new CodedError('registry/untrusted', `${where} is not trusted: ${reason} ${hint}`);
  }
  if (trouble === 'unserved') {
    const hint = '(check the path of `registry.url`)';
    return new CodedError('registry/not-found', `${where} is none: ${reason} ${hint}`);
  }
  return new CodedError(
    'registry/unreachable',
    `${where} did not answer within ${seconds} s: ${reason} ` +
      '(check `registry.url`; `run` waits longer with `--startup-timeout`)',
  );
}

/** The registry refuses what every record of a schema would be written with. */
export function incompatible(subject: string, { reason }: Failure): CodedError {
  return new CodedError(
    'registry/incompatible',
    `the schema registry does not take the output schema under \`${subject}\`: ${reason}; set the ` +
      'compatibility of that subject to `NONE`, or write to another `output.topic`',
  );
}
