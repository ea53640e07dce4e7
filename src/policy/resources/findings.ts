import type { PolicyMode } from '../actions.ts';
import type { Policy, Problem } from './model.ts';
import { formatPath } from './source.ts';
import type { SourceDocument, Step } from './source.ts';

/** `policies.onInvalid` (contract 3). */
export type OnInvalid = 'refuse' | 'uncertain' | 'drop';

/** How resources are to be read; `onInvalid` is `refuse`, and `drop` under `mode: calico`, unless given. */
export interface Reading {
  readonly mode: PolicyMode;
  readonly onInvalid: OnInvalid;
}

/** What a defect means to the API server and to Felix (semantics 1.14, 1.16). */
const defects = {
  /** Refused, and Felix would drop what is stored. */
  broken: { isRefused: true, isDropped: true },
  /** Refused (or its enforced form would be); stored all the same, Felix would take it. */
  refused: { isRefused: true, isDropped: false },
  /** Admitted, and then dropped by Felix. */
  dropped: { isRefused: false, isDropped: true },
  /** Admitted and taken, but hardly what was meant. */
  odd: { isRefused: false, isDropped: false },
  /** We cannot tell what the document is; an error under every `onInvalid`. */
  unreadable: { isRefused: true, isDropped: true },
} as const;

export type Defect = keyof typeof defects;

/** What is wrong, and how to mend it. */
export interface Complaint {
  readonly message: string;
  readonly hint?: string;
}

/** Collects what is wrong with one document. */
export class Findings {
  isRefused = false;
  isDropped = false;
  readonly #document: SourceDocument;
  #isLenient = false;
  readonly #found: (Complaint & { readonly defect: Defect; readonly path: readonly Step[] })[] = [];

  constructor(document: SourceDocument) {
    this.#document = document;
  }

  /** Runs `read` with all that is merely refused counted as odd. */
  leniently<T>(read: () => T): T {
    this.#isLenient = true;
    const value = read();
    this.#isLenient = false;
    return value;
  }

  add(found: Defect, path: readonly Step[], complaint: Complaint): void {
    const defect = this.#isLenient && found === 'refused' ? 'odd' : found;
    this.isRefused ||= defects[defect].isRefused;
    this.isDropped ||= defects[defect].isDropped;
    this.#found.push({ defect, path, ...complaint });
  }

  /** Whether anything at `path` or within it is refused. */
  refuses(path: readonly Step[]): boolean {
    return this.#found.some(
      (found) => defects[found.defect].isRefused && isWithin(found.path, path),
    );
  }

  /** What the object is, if it is a policy. */
  state(reading: Reading): Policy['state'] {
    if (this.isRefused && !standsAsFelixHasIt(reading)) return 'rejected';
    return this.isDropped ? 'inert' : 'live';
  }

  /** Whether the object, if it is no policy, takes part in anything. */
  isAbsent(reading: Reading): boolean {
    return this.isDropped || (this.isRefused && reading.mode === 'enforcement');
  }

  /** `isPolicy`: only a policy can stand for one that might do anything. */
  problems(reading: Reading, isPolicy: boolean): Problem[] {
    const problems = new Map<string, Problem>();
    for (const { defect, path, message, hint = '' } of this.#found) {
      const where = formatPath(path);
      // Parts that are read more than once complain more than once.
      if (problems.has(where + message)) continue;
      // What is refused within it is why Felix would drop it.
      if (defect === 'dropped' && path.length > 0 && this.refuses(path)) continue;
      problems.set(where + message, {
        severity: severityOf(defect, reading, isPolicy),
        position: this.#document.locate(path),
        path: where,
        message,
        hint,
      });
    }
    return [...problems.values()];
  }
}

function isWithin(path: readonly Step[], outer: readonly Step[]): boolean {
  return outer.every((step, index) => path[index] === step);
}

function standsAsFelixHasIt(reading: Reading): boolean {
  return reading.mode === 'calico' && reading.onInvalid === 'drop';
}

function severityOf(defect: Defect, reading: Reading, isPolicy: boolean): Problem['severity'] {
  if (defect === 'unreadable') return 'error';
  if (!defects[defect].isRefused || standsAsFelixHasIt(reading)) return 'warning';
  return isPolicy && reading.onInvalid === 'uncertain' ? 'warning' : 'error';
}
