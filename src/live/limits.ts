const MIB = 1024 * 1024;

/** Bounds of what is read as policies, with their defaults (contract 3, `limits.*`). */
export const liveLimits = {
  policyFileBytes: 16 * MIB,
  policyBytes: 256 * MIB,
  policyFiles: 10_000,
  policyFolderDepth: 32,
  policyHeapMib: 2048,
};

export type LiveLimitName = keyof typeof liveLimits;

export type LiveLimits = Readonly<Record<LiveLimitName, number>>;

/** What each limit bounds, for documents and messages. */
export const liveLimitMeanings: Readonly<Record<LiveLimitName, string>> = {
  policyFileBytes: 'one file of policies',
  policyBytes: 'all files of policies together',
  policyFiles: 'number of files of policies',
  policyFolderDepth: 'folders within folders of policies',
  policyHeapMib: 'MiB of memory to read and compile policies in, beside what judges',
};
