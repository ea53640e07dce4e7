/** Where a record lies, as the header `flow-source` says it. */
export interface TopicPlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** `flows/3/1742`; `null` = it is nothing like that. */
export function topicPlaceOf(operand: string): TopicPlace | null {
  const [, topic, partition, offset] =
    /^([\w.-]{1,249})\/(\d{1,9})\/(\d{1,15})$/.exec(operand) ?? [];
  if (topic === undefined) return null;
  return { topic, partition: Number(partition), offset: Number(offset) };
}
