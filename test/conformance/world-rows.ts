import type { PolicyMode } from '../../src/policy/actions.ts';
import { decodeResources } from '../../src/policy/resources/decode.ts';
import type { Resources } from '../../src/policy/resources/model.ts';
import type { SourceDocument } from '../../src/policy/resources/source.ts';
import { conformanceRows } from '../support/conformance.ts';

/** One world: stored objects and flows with the answers of Calico's own code. */
export interface WorldRow {
  readonly id: string;
  readonly title?: string;
  /** The modes in which its answers are binding. */
  readonly modes: readonly PolicyMode[];
  readonly rawTypes?: boolean;
  /** Policies that Calico's store had lost, as in `gnp:a`. */
  readonly storeMissing?: readonly string[];
  readonly resources: readonly unknown[];
  readonly flows: readonly FlowRow[];
}

/** What `calico` mode says, and under `enforcement` whatever that mode says otherwise. */
export interface FlowRow extends FlowAnswers {
  readonly reporter: 'Src' | 'Dst';
  readonly src_ip: string;
  readonly dst_ip: string;
  readonly proto: number;
  readonly src_port: number;
  readonly dst_port: number;
  readonly endpoint: { readonly namespace: string; readonly name: string };
  readonly enforcement?: Partial<FlowAnswers>;
}

interface FlowAnswers {
  readonly enforced: readonly string[];
  readonly pending: readonly string[];
  readonly enforced_verdict: string;
  readonly pending_verdict: string;
  readonly flipped_by?: readonly string[];
  readonly error?: string;
  readonly enforced_error?: string;
}

/** What somebody answers to one flow: two traces as texts, and the staged policies that alone flip it. */
export interface FlowAnswer {
  readonly enforced: ScopeAnswer;
  readonly pending: ScopeAnswer;
  readonly flippedBy: readonly string[];
}

export type ScopeAnswer =
  | { readonly verdict: 'allow' | 'deny'; readonly trace: readonly string[] }
  | 'failed'
  | 'no such endpoint';

/** The files of worlds, by the name they are reported with. */
export const worldFiles: readonly string[] = [
  'cases',
  ...Array.from({ length: 8 }, (_, number) => `worlds/worlds-0${number}`),
];

export function worldRows(file: string): readonly WorldRow[] {
  if (lastRead?.file !== file) lastRead = { file, rows: conformanceRows<WorldRow>(file) };
  return lastRead.rows;
}

/** Whoever asks for a file asks again soon, for the other mode. */
let lastRead: { readonly file: string; readonly rows: readonly WorldRow[] } | undefined;

export function resourcesOf(world: WorldRow, mode: PolicyMode): Resources {
  const { rawTypes = false } = world;
  return decodeResources(world.resources.map(documentOf), { mode, rawTypes });
}

/** The binding answer, in the form that judges give theirs. */
export function expectedAnswer(flow: FlowRow, mode: PolicyMode): FlowAnswer {
  const answers: FlowAnswers = mode === 'calico' ? flow : { ...flow, ...flow.enforcement };
  if (answers.error === NO_ENDPOINT) {
    return { enforced: NO_ENDPOINT, pending: NO_ENDPOINT, flippedBy: [] };
  }
  return {
    enforced: scopeAnswer(answers.enforced, answers.enforced_verdict, answers.enforced_error),
    pending: scopeAnswer(answers.pending, answers.pending_verdict, answers.error),
    flippedBy: answers.flipped_by ?? [],
  };
}

const NO_ENDPOINT = 'no such endpoint';

function scopeAnswer(trace: readonly string[], verdict: string, error?: string): ScopeAnswer {
  if (error !== undefined) return 'failed';
  if (verdict !== 'allow' && verdict !== 'deny') throw new Error(`\`${verdict}\` is no verdict`);
  return { verdict, trace };
}

function documentOf(value: unknown, index: number): SourceDocument {
  return { value, locate: () => ({ file: 'world', line: index + 1, column: 1 }) };
}
