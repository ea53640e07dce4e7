import type { Flip } from './flips.ts';

/** One staged policy's counts so far. */
export interface PolicyCounts {
  readonly policy: string;
  readonly touched: number;
  readonly deniesAlone: number;
  /** Of those touched: could not be decided, or only on an assumption. */
  readonly unsure: number;
}

/** What the demo shows. */
export interface Picture {
  readonly elapsedS: number;
  readonly durationS: number | null;
  readonly sent: number;
  readonly judged: number;
  readonly perSecond: number;
  readonly lag: number;
  readonly changes: Readonly<Record<string, number>>;
  readonly policies: readonly PolicyCounts[];
  readonly flips: readonly Flip[];
  readonly metricsUrl: string;
}

interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const flipsShown = 8;
const plainEveryS = 5;

/** Paints a picture in place on a terminal; elsewhere prints a line now and then. */
export class Screen {
  readonly #terminal: Terminal;
  readonly #isColoured: boolean;
  #linesPainted = 0;
  #nextPlainS = 0;

  constructor(terminal: Terminal, isColoured: boolean) {
    this.#terminal = terminal;
    this.#isColoured = isColoured;
  }

  say(text: string): void {
    this.#linesPainted = 0;
    this.#terminal.write(`${text}\n`);
  }

  show(picture: Picture): void {
    if (this.#terminal.isTTY === true) this.#paint(this.#page(picture));
    else if (picture.elapsedS >= this.#nextPlainS) {
      this.#nextPlainS = picture.elapsedS + plainEveryS;
      this.#terminal.write(`${statusLine(picture)}\n`);
    }
  }

  /** Shows the whole picture a last time. */
  finish(picture: Picture): void {
    if (this.#terminal.isTTY === true) this.#paint(this.#page(picture));
    else this.say(this.#page(picture).join('\n'));
  }

  #page(picture: Picture): string[] {
    const { policies, flips, metricsUrl } = picture;
    const policyWidth = Math.max(...policies.map(({ policy }) => policy.length), 13);
    return [
      '',
      statusLine(picture),
      '',
      this.#bold(
        `${'staged policy'.padEnd(policyWidth)}  ${'flows it touches'.padStart(16)}  ${'would deny alone'.padStart(16)}  ${'unsure'.padStart(6)}`,
      ),
      ...policies.map(({ policy, touched, deniesAlone, unsure }) => {
        const row = `${policy.padEnd(policyWidth)}  ${String(touched).padStart(16)}  ${String(deniesAlone).padStart(16)}  ${String(unsure).padStart(6)}`;
        return deniesAlone > 0 ? this.#red(row) : row;
      }),
      '',
      this.#bold('connections that enforcing all of them would change'),
      ...(flips.length === 0 ? ['none yet'] : flips.slice(0, flipsShown).map(flipLine)),
      ...(flips.length > flipsShown ? [`and ${flips.length - flipsShown} more kinds`] : []),
      '',
      `metrics: ${metricsUrl}/metrics`,
    ];
  }

  #paint(lines: readonly string[]): void {
    const up = this.#linesPainted === 0 ? '' : `\u001b[${this.#linesPainted}A`;
    this.#terminal.write(`${up}${lines.map((line) => `\u001b[2K${line}\n`).join('')}\u001b[J`);
    this.#linesPainted = lines.length;
  }

  #bold(text: string): string {
    return this.#isColoured ? `\u001b[1m${text}\u001b[0m` : text;
  }

  #red(text: string): string {
    return this.#isColoured ? `\u001b[31m${text}\u001b[0m` : text;
  }
}

function statusLine(picture: Picture): string {
  const { elapsedS, durationS, sent, judged, perSecond, lag, changes } = picture;
  const time =
    durationS === null ? `${elapsedS} s` : `${Math.min(elapsedS, durationS)} of ${durationS} s`;
  const counts = Object.entries(changes)
    .filter(([, count]) => count > 0)
    .map(([change, count]) => `${count} ${change.replace('_', ' ')}`);
  return `${time}: ${sent} records sent, ${judged} judged (${perSecond}/s, ${lag} waiting) – ${counts.join(', ')}`;
}

function flipLine({ change, from, to, because, connections }: Flip): string {
  const verb = change === 'NewlyDenied' ? 'cut' : 'opened';
  return `${String(connections).padStart(8)} ${verb}: ${from} → ${to}, by ${because}`;
}
