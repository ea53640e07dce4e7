// Hot: adding a record is all that a survey does with most of them.
import type { Answer } from './answer.ts';
import type { Conversation } from './conversation.ts';
import type { RecordSize, Span, Volume } from './volume.ts';

/**
 * One answer to one conversation: what records of the same kind have in common, and what they come to
 * since they were last added up.
 */
export class Sighting implements Volume, Span {
  flows = 0;
  connections = 0;
  bytes = 0;
  firstMs: number | null = null;
  lastMs: number | null = null;
  /** The first of the records, as `flows.ndjson:17`. */
  sample = '';
  readonly answer: Answer;
  readonly conversation: Conversation;

  constructor(answer: Answer, conversation: Conversation) {
    this.answer = answer;
    this.conversation = conversation;
  }

  add({ connections, bytes, eventMs }: RecordSize): void {
    this.flows += 1;
    this.connections += connections;
    this.bytes += bytes;
    if (eventMs === null) return;
    if (this.firstMs === null || eventMs < this.firstMs) this.firstMs = eventMs;
    if (this.lastMs === null || eventMs > this.lastMs) this.lastMs = eventMs;
  }

  /** Begins anew: what was counted has been added up. */
  clear(): void {
    this.flows = 0;
    this.connections = 0;
    this.bytes = 0;
    this.firstMs = null;
    this.lastMs = null;
    this.sample = '';
  }
}
