import type { IncomingHttpHeaders } from 'node:http';
import type { ExpositionFormat } from './exposition.ts';
import type { PageEncoding } from './page-cache.ts';

/** What a client can read, by its own account. */
export interface Wanted {
  readonly format: ExpositionFormat;
  readonly encoding: PageEncoding;
}

/** OpenMetrics only for those who name it and like nothing else better, gzip only for those who name it. */
export function negotiate(headers: IncomingHttpHeaders): Wanted {
  const accepted = choicesOf(headers.accept);
  const open = accepted.get('application/openmetrics-text') ?? 0;
  const plain = Math.max(accepted.get('text/plain') ?? 0, accepted.get('*/*') ?? 0);
  const encodings = choicesOf(headers['accept-encoding']?.toString());
  return {
    format: open > 0 && open >= plain ? 'openmetrics' : 'prometheus',
    encoding: (encodings.get('gzip') ?? 0) > 0 ? 'gzip' : 'identity',
  };
}

/** Each choice of a list with its best `q`, 1 where none is given. */
function choicesOf(header = ''): ReadonlyMap<string, number> {
  const choices = new Map<string, number>();
  for (const choice of header.split(',').slice(0, choicesMax)) {
    const [name = '', ...parameters] = choice.split(';').map((part) => part.trim().toLowerCase());
    const given = parameters.find((parameter) => parameter.startsWith('q='));
    const q = given === undefined ? 1 : Number(given.slice(2));
    choices.set(name, Math.max(choices.get(name) ?? 0, Number.isFinite(q) ? q : 0));
  }
  return choices;
}

/** Nobody offers more. */
const choicesMax = 32;
