import type { SchemaId } from '../stage/writer-schemas.ts';
import { type Answer, answerOf, failure, membersOf } from './answer.ts';
import { type HttpRequest, RegistryHttp } from './http.ts';
import type { RegistrySettings, RegistryTiming } from './settings.ts';

/** The few calls of a Confluent-compatible registry that the stage needs, one attempt each. */
export class RegistryClient {
  readonly #http: RegistryHttp;

  /** @throws CodedError `registry/file-unreadable` */
  constructor(settings: RegistrySettings, timing: RegistryTiming) {
    this.#http = new RegistryHttp(settings, timing);
  }

  /** The text of an Avro schema that is complete in itself. */
  async schema(id: SchemaId, signal: AbortSignal): Promise<Answer<string>> {
    const kind = typeof id === 'number' ? 'ids' : 'guids';
    const answer = await this.#ask({ method: 'GET', path: `/schemas/${kind}/${id}` }, signal);
    if (answer.ok) return schemaIn(answer.value);
    // Registries before GUIDs: to wait for an answer would be to wait for ever.
    const isStrange = answer.trouble === 'unserved' && kind === 'guids';
    return isStrange ? failure('unknown', 'it does not know schemas by GUID') : answer;
  }

  /** Number of the schema under `subject`, where it is added unless it is there already. */
  async register(
    subject: string,
    schemaText: string,
    signal: AbortSignal,
  ): Promise<Answer<number>> {
    const body = JSON.stringify({ schema: schemaText });
    const path = `/subjects/${encodeURIComponent(subject)}/versions`;
    const answer = await this.#ask({ method: 'POST', path, body }, signal);
    if (!answer.ok) return answer;
    const id = membersOf(answer.value)?.['id'];
    return isNumber(id) ? { ok: true, value: id } : noRegistry;
  }

  /** Whether a registry answers and lets us in; the subject need not exist. */
  async knock(subject: string, signal: AbortSignal): Promise<Answer<null>> {
    const path = `/subjects/${encodeURIComponent(subject)}/versions`;
    const answer = await this.#ask({ method: 'GET', path }, signal);
    if (!answer.ok) return answer.trouble === 'unknown' ? { ok: true, value: null } : answer;
    return Array.isArray(answer.value) ? { ok: true, value: null } : noRegistry;
  }

  close(): void {
    this.#http.close();
  }

  async #ask(request: HttpRequest, signal: AbortSignal): Promise<Answer<unknown>> {
    return answerOf(await this.#http.send(request, signal));
  }
}

const noRegistry = failure('unreachable', 'its answer is not one of a schema registry');

function schemaIn(value: unknown): Answer<string> {
  const { schema, schemaType = 'AVRO', references = [] } = membersOf(value) ?? {};
  if (typeof schema !== 'string' || typeof schemaType !== 'string') return noRegistry;
  if (schemaType !== 'AVRO') return failure('invalid', 'it is not an Avro schema');
  return Array.isArray(references) && references.length === 0
    ? { ok: true, value: schema }
    : failure('invalid', 'it refers to other schemas; register it in one piece');
}

function isNumber(id: unknown): id is number {
  return typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < 2 ** 31;
}
