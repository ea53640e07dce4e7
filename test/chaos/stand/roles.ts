import { setTimeout as sleep } from 'node:timers/promises';

import { createCluster } from '../../../src/kafka/cluster.ts';
import { testClient } from '../../support/broker/topics.ts';
import type { Guarantee, Stand } from './stand.ts';

export const brokerIds = [1, 2, 3] as const;

/** What a broker is to a stage. */
export type Role = keyof typeof finders;

/** Only transactions have a coordinator of their own. */
export function rolesUnder(guarantee: Guarantee): readonly Role[] {
  const always = ['partition leader', 'group coordinator', 'controller'] as const;
  return guarantee === 'exactly-once' ? [...always, 'transaction coordinator'] : always;
}

/** The id of the broker that has this role at the moment. */
export async function brokerOf(role: Role, stand: Stand): Promise<number> {
  const id = await finders[role](stand);
  if (!Number.isInteger(id) || id < 1) throw new Error(`no broker is ${role}`);
  return id;
}

const finders = {
  'partition leader': async ({ broker, pipeline }: Stand) => {
    const admin = testClient(broker.bootstrap).admin();
    await admin.connect();
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: [pipeline.output] });
      return topics[0]?.partitions[0]?.leader ?? NaN;
    } finally {
      await admin.disconnect();
    }
  },
  'group coordinator': async ({ broker, pipeline }: Stand) => {
    const tool = 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand';
    const args = ['--describe', '--group', pipeline.input, '--state'];
    return numberIn(await ask(broker, tool, args), /127\.0\.0\.1:\d+\s+\((\d+)\)/);
  },
  controller: async ({ broker }: Stand) => {
    const tool = 'org.apache.kafka.tools.MetadataQuorumCommand';
    return numberIn(await ask(broker, tool, ['describe', '--status']), /LeaderId:\s+(\d+)/);
  },
  'transaction coordinator': async ({ broker, pipeline }: Stand) => {
    const tool = 'org.apache.kafka.tools.TransactionsCommand';
    const text = await ask(broker, tool, ['list']);
    const line = text.split('\n').find((each) => each.includes(pipeline.input)) ?? '';
    return numberIn(line, /^\S+\s+(\d+)\s/);
  },
};

async function ask(
  broker: Stand['broker'],
  tool: string,
  args: readonly string[],
): Promise<string> {
  const given = ['--bootstrap-server', broker.bootstrap, ...args];
  const { stdout } = await broker.tool(tool, given);
  return stdout;
}

function numberIn(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? NaN);
}

const inSyncMsMax = 120_000;

/** Waits until every replica has caught up: before that another fault would be two at once. */
export async function inSync({ broker }: Stand): Promise<void> {
  const deadline = performance.now() + inSyncMsMax;
  while (!(await isInSync(broker.bootstrap))) {
    if (performance.now() > deadline) throw new Error('replicas lag behind');
    await sleep(250);
  }
}

/** What a broker says of all topics. */
interface Asked {
  metadata(topics: readonly string[]): Promise<{
    readonly topicMetadata: readonly {
      readonly partitionMetadata: readonly {
        readonly isr: readonly number[];
        readonly replicas: readonly number[];
      }[];
    }[];
  }>;
}

/** As every broker sees it: while the controller changes, some do not know yet who has gone. */
async function isInSync(bootstrap: string): Promise<boolean> {
  const cluster = createCluster(testClient(bootstrap), { metadataMaxAge: 0 });
  try {
    await cluster.connect();
    await cluster.refreshMetadata();
    const views = brokerIds.slice(0, bootstrap.split(',').length).map(async (nodeId) => {
      const broker: unknown = await cluster.findBroker({ nodeId });
      return (broker as Asked).metadata([]);
    });
    return (await Promise.all(views)).every(({ topicMetadata }) =>
      topicMetadata.every(({ partitionMetadata }) =>
        partitionMetadata.every(({ isr, replicas }) => isr.length === replicas.length),
      ),
    );
  } catch {
    // Some have no leader right now, or are not known yet.
    return false;
  } finally {
    await cluster.disconnect().catch(() => {});
  }
}
