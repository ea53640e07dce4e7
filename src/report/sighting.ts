import type { Answer } from './answer.ts';
import type { Conversation } from './conversation.ts';
import type { Span, Volume } from './volume.ts';

/** One answer to one conversation, and what the records come to that got it. */
export interface Sighting extends Readonly<Volume>, Readonly<Span> {
  readonly answer: Answer;
  readonly conversation: Conversation;
  /** The first of the records, as `flows.ndjson:17`. */
  readonly sample: string;
}
