const KIB = 1024;
const MIB = 1024 * KIB;

/** Bounds of what is read from and written to Kafka at once, with their defaults (contract 3, `limits.*`). */
export const kafkaLimits = {
  fetchBytes: 10 * MIB,
  // The last batch of an answer is cut, and fetched again: of batches of 300 kB a sixth of 1 MiB, a thirtieth of 2.
  fetchPartitionBytes: 2 * MIB,
  batchesInFlight: 8,
  // Of records of 1 kB the bytes are reached first.
  produceRecords: 1_000,
  // A broker takes batches of at most 1,048,588 bytes unless told otherwise.
  produceBytes: 950_000,
  transactionRecords: 5_000,
};

export type KafkaLimitName = keyof typeof kafkaLimits;

export type KafkaLimits = Readonly<Record<KafkaLimitName, number>>;

/** What each limit bounds, for documents and messages. */
export const kafkaLimitMeanings: Readonly<Record<KafkaLimitName, string>> = {
  fetchBytes: 'one fetch from one broker, unpacked, by what the last one unpacked to',
  fetchPartitionBytes: 'the same of one partition',
  batchesInFlight: 'batches, each of a partition of its own, that are worked on at once',
  produceRecords: 'records of one produce request',
  produceBytes: 'uncompressed bytes of one produce request',
  transactionRecords: 'input records of one transaction, under `delivery.guarantee: exactly-once`',
};
