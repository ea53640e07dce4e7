// Hot: measured by bench/growth/cell.ts.
import type { FlowParts } from '../flow/dialects/decode-flow.ts';
import type { RecordForm } from '../flow/dialects/form.ts';
import type { FlowEnd } from '../flow/flow.ts';
import { KnownReadings } from '../flow/identity/known-readings.ts';
import type { KnownTrace } from '../flow/identity/known-readings.ts';

/** A part of flows as it was decoded, of the form that it was in: the same bytes mean something else in another. */
interface Known<Part> {
  readonly part: Part;
  readonly formNumber: number;
}

interface KnownEnd<Part> extends Known<Part> {
  readonly readings: KnownReadings;
}

interface KnownRest extends Known<FlowParts['rest']> {
  readonly form: RecordForm;
  readonly trace: KnownTrace;
}

/** All that is known of a flow. */
export interface CompleteFlow {
  readonly source: KnownEnd<FlowParts['source']>;
  readonly destination: KnownEnd<FlowParts['destination']>;
  readonly rest: KnownRest;
}

/** What is known of one; `null` = the part was not met, or found no room. */
export type KnownFlow = { readonly [Part in keyof CompleteFlow]: CompleteFlow[Part] | null };

/**
 * Parts of flows by the numbers that the core gives to their bytes. A flow that was never seen before is mostly made
 * of ends that were: neither are these decoded again, nor is it asked again who they are.
 */
export class KnownParts {
  readonly #bytesMax: number;
  #bytes = 0;
  #sources: CompleteFlow['source'][] = [];
  #destinations: CompleteFlow['destination'][] = [];
  #rests: CompleteFlow['rest'][] = [];

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Those of the record that the core has numbered last: `tuple` as in `RecordCore`. */
  of(tuple: Int32Array): KnownFlow {
    const formNumber = tuple[4]!;
    return {
      source: ofForm(this.#sources[tuple[0]!], formNumber),
      destination: ofForm(this.#destinations[tuple[1]!], formNumber),
      rest: ofForm(this.#rests[tuple[2]!], formNumber),
    };
  }

  /** The flow with what was not known of it, which is kept as far as there is room. */
  complete(tuple: Int32Array, known: KnownFlow, { parts, form }: Decoded): CompleteFlow {
    const { source, destination, rest } = parts;
    const flow = withKnown(known, { formNumber: tuple[4]!, parts, form });
    if (known.source === null && this.#takes(bytesOf(source))) {
      this.#sources[tuple[0]!] = flow.source;
    }
    if (known.destination === null && this.#takes(bytesOf(destination.destination))) {
      this.#destinations[tuple[1]!] = flow.destination;
    }
    if (known.rest === null && this.#takes(bytesOfTraces(rest))) this.#rests[tuple[2]!] = flow.rest;
    return flow;
  }

  /** Numbers begin anew. */
  forget(): void {
    this.#bytes = 0;
    this.#sources = [];
    this.#destinations = [];
    this.#rests = [];
  }

  #takes(bytes: number): boolean {
    if (this.#bytes + bytes > this.#bytesMax) return false;
    this.#bytes += bytes;
    return true;
  }
}

export interface Decoded {
  readonly parts: FlowParts;
  readonly form: RecordForm;
}

function withKnown(
  known: KnownFlow,
  { parts, form, formNumber }: Decoded & { readonly formNumber: number },
): CompleteFlow {
  const { source, destination, rest } = parts;
  return {
    source: known.source ?? { part: source, formNumber, readings: new KnownReadings() },
    destination: known.destination ?? {
      part: destination,
      formNumber,
      readings: new KnownReadings(),
    },
    rest: known.rest ?? { part: rest, formNumber, form, trace: { namesMissing: null } },
  };
}

function ofForm<Part extends Known<unknown>>(
  known: Part | undefined,
  formNumber: number,
): Part | null {
  return known?.formNumber === formNumber ? known : null;
}

/** About what an end takes to keep, with what is known of it. */
function bytesOf({ labels, addresses }: FlowEnd): number {
  let bytes = END_BYTES + ADDRESS_BYTES * addresses.length;
  for (const [key, value] of labels ?? []) bytes += LABEL_BYTES + key.length + value.length;
  return bytes;
}

function bytesOfTraces({ enforced, pendingUpstream }: FlowParts['rest']): number {
  const hits = (enforced?.length ?? 0) + (pendingUpstream?.length ?? 0);
  return OBJECTS_BYTES + HIT_BYTES * hits;
}

const OBJECTS_BYTES = 512;
/** One that the inventory does not hold has a candidate of its own, which lives for as long as its reading. */
const END_BYTES = 3072;
const LABEL_BYTES = 64;
const ADDRESS_BYTES = 64;
const HIT_BYTES = 256;
