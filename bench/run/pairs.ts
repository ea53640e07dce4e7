import type { Pace } from './progress.ts';
import { median, type Row } from './rows.ts';

/** A client and the one it stands beside, run one right after the other. */
export interface Pair {
  readonly reference: Pace;
  readonly peer: Pace;
}

/** What the pairs of one peer came to. */
export interface Comparison {
  readonly referenceName: string;
  readonly peerName: string;
  readonly pairs: readonly Pair[];
}

const mib = 1024 * 1024;

const figures = [
  { what: 'CPU', unit: 's per million records', better: 'less', of: cpu },
  { what: 'rate', unit: 'records/s', better: 'more', of: rate },
  { what: 'peak memory', unit: 'MiB', better: 'less', of: memory },
] as const;

/** The figures of the reference beside each peer, then those of the peer itself. */
export function rowsOf({ referenceName, peerName, pairs }: Comparison): Row[] {
  return [
    ...figures.map(({ what, unit, better, of }) => ({
      name: `${referenceName} ${what}`,
      unit,
      value: median(pairs.map(({ reference }) => of(reference))),
      better,
      peer: peerName,
      ratio: median(
        pairs.map(({ reference, peer }) =>
          better === 'less' ? of(peer) / of(reference) : of(reference) / of(peer),
        ),
      ),
    })),
    ...figures.map(({ what, unit, better, of }) => ({
      name: `${peerName} ${what}`,
      unit,
      value: median(pairs.map(({ peer }) => of(peer))),
      better,
    })),
  ];
}

/** One line for each client, for people: figures, and how many times better the reference is. */
export function pairsTable(comparisons: readonly Comparison[]): string {
  const head = ['client', 'CPU s/M', 'krec/s', 'peak MiB', 'CPU ratio', 'from-to', 'rate ratio'];
  const lines = comparisons.map(({ referenceName, peerName, pairs }) => {
    const ratios = pairs.map(({ reference, peer }) => cpu(peer) / cpu(reference));
    const rates = pairs.map(({ reference, peer }) => rate(reference) / rate(peer));
    return [
      peerName,
      ...plain(pairs.map(({ peer }) => peer)),
      `${median(ratios).toFixed(2)} × ${referenceName}`,
      `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`,
      median(rates).toFixed(2),
    ];
  });
  const peers = new Set(comparisons.map(({ peerName }) => peerName));
  const names = new Set(comparisons.map(({ referenceName }) => referenceName));
  const references = [...names]
    .filter((name) => !peers.has(name))
    .map((name) => {
      const own = comparisons.filter(({ referenceName }) => referenceName === name);
      return [name, ...plain(own.flatMap(({ pairs }) => pairs.map(({ reference }) => reference)))];
    });
  return [head, head.map(() => '---'), ...references, ...lines]
    .map((cells) => `| ${head.map((_, at) => cells[at] ?? '').join(' | ')} |\n`)
    .join('');
}

/** All figures of a round as it comes in: what ends early has not been for nothing. */
export function pairText({ peer, reference }: Pair): string {
  return [peer, reference].map((pace) => plain([pace]).join(' ')).join(' : ');
}

function plain(paces: readonly Pace[]): string[] {
  return [
    median(paces.map(cpu)).toFixed(2),
    (median(paces.map(rate)) / 1000).toFixed(1),
    median(paces.map(memory)).toFixed(0),
  ];
}

function cpu(pace: Pace): number {
  return pace.cpuSecondsPerMillion;
}

function rate(pace: Pace): number {
  return pace.recordsPerSecond;
}

function memory(pace: Pace): number {
  return pace.rssBytesMax / mib;
}
