/** Bounds of what a report keeps, with their defaults (contract 3, `limits.*`). */
export const reportLimits = {
  reportGroups: 20_000,
  reportRows: 100,
};

export type ReportLimitName = keyof typeof reportLimits;

export type ReportLimits = Readonly<Record<ReportLimitName, number>>;

/** What each limit bounds, for documents and messages. */
export const reportLimitMeanings: Readonly<Record<ReportLimitName, string>> = {
  reportGroups: 'groups of flows that a preview keeps; the least of them are counted as one',
  reportRows: 'groups of flows that a preview shows of each policy; the rest is counted as one',
};
