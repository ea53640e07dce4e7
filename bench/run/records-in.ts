import type { Admin } from 'kafkajs';

/** How many records were ever written to a topic, whether or not they are still there. */
export async function recordsIn(admin: Admin, topic: string): Promise<number> {
  const offsets = await admin.fetchTopicOffsets(topic);
  return offsets.reduce((sum, { high }) => sum + Number(high), 0);
}
