// What is used of kafkajs's broker, which it does not export; see `cluster.ts`.

/** One broker. Every request rejects with the `type` of the broker's refusal. */
export interface Broker {
  /** The highest version of each request that the broker knows, by the number of the request. */
  readonly versions: Readonly<Record<number, { readonly maxVersion: number }>>;
  /** For requests that kafkajs does not have. */
  readonly connectionPool: { send<Answer>(call: ForeignCall<Answer>): Promise<Answer> };
  findGroupCoordinator(request: {
    readonly groupId: string;
    /** 0 of a group, 1 of a transactional id. */
    readonly coordinatorType: number;
  }): Promise<{ readonly coordinator: { readonly nodeId: number } }>;
  initProducerId(request: {
    readonly transactionalId: string;
    readonly transactionTimeout: number;
  }): Promise<ProducerSession>;
  addPartitionsToTxn(
    request: TransactionalRequest & {
      readonly topics: readonly {
        readonly topic: string;
        readonly partitions: readonly number[];
      }[];
    },
  ): Promise<unknown>;
  addOffsetsToTxn(request: TransactionalRequest & { readonly groupId: string }): Promise<unknown>;
  txnOffsetCommit(
    request: TransactionalRequest & {
      readonly groupId: string;
      readonly topics: readonly {
        readonly topic: string;
        readonly partitions: readonly {
          readonly partition: number;
          readonly offset: string;
          readonly metadata: string | null;
        }[];
      }[];
    },
  ): Promise<unknown>;
  endTxn(request: TransactionalRequest & { readonly transactionResult: boolean }): Promise<unknown>;
  produce(
    request: TransactionalRequest & {
      readonly acks: number;
      readonly timeout: number;
      readonly compression: number;
      readonly topicData: readonly {
        readonly topic: string;
        readonly partitions: readonly {
          readonly partition: number;
          readonly firstSequence: number;
          readonly messages: readonly object[];
        }[];
      }[];
    },
  ): Promise<unknown>;
  fetch(request: {
    readonly isolationLevel: number;
    readonly maxWaitTime: number;
    readonly maxBytes: number;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly {
        readonly partition: number;
        readonly fetchOffset: string;
        readonly maxBytes: number;
      }[];
    }[];
  }): Promise<{
    readonly responses: readonly {
      readonly topicName: string;
      readonly partitions: readonly FetchedPartition[];
    }[];
  }>;
}

/** A request of ours and how to read its answer. */
interface ForeignCall<Answer> {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    readonly encode: () => Promise<{ readonly buf: Buffer; readonly buffer: Buffer }>;
  };
  readonly response: {
    readonly decode: (payload: Buffer) => Promise<Answer>;
    readonly parse: (decoded: Answer) => Promise<Answer>;
  };
}

/** Under which number and epoch a producer writes; a later epoch fences the earlier ones. */
export interface ProducerSession {
  readonly producerId: string;
  readonly producerEpoch: number;
}

export interface TransactionalRequest extends ProducerSession {
  readonly transactionalId: string;
}

/** What one fetch brought of one partition, aborted and control records included. */
export interface FetchedPartition {
  readonly partition: number;
  readonly highWatermark: string;
}
