import { compileIndex } from '../../src/policy/index/compile.ts';
import { specHashesOf } from '../../src/policy/index/spec-hashes.ts';
import { canonicalText } from '../../src/policy/resources/canonical.ts';
import { decodeResources } from '../../src/policy/resources/decode.ts';
import { readDocuments } from '../../src/policy/resources/documents.ts';
import type { FlowEvaluation } from '../../src/flow/evaluation.ts';
import type { PolicyRef } from '../../src/policy/hit.ts';
import type { Cells } from '../../src/stage/cells.ts';
import type { Countable } from '../../src/stage/tally.ts';
import type { Clock } from '../../src/stage/ports.ts';
import { telemetryLimits } from '../../src/telemetry/limits.ts';
import type { TelemetryLimits } from '../../src/telemetry/limits.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';
import type { PolicyBook } from '../../src/telemetry/policy-book.ts';
import type { Telemetry } from '../../src/telemetry/telemetry.ts';

/** A clock that goes only when told to. */
export class StoppedClock implements Clock {
  ms = 1_700_000_000_000;

  nowMs(): number {
    return this.ms;
  }

  monotonicMs(): number {
    return this.ms;
  }
}

export const aPolicyRef: PolicyRef = {
  kind: 'StagedNetworkPolicy',
  namespace: 'shop',
  name: 'default.web',
  tier: 'default',
};

/** Telemetry whose page is never kept, unless told otherwise. */
export function aTelemetry(
  limits: Partial<TelemetryLimits> = {},
  clock: Clock = new StoppedClock(),
): Telemetry {
  return createTelemetry({
    set: 'default',
    version: '1.2.3',
    nodeVersion: 'v24',
    limits: { ...telemetryLimits, metricsPageMs: 0, ...limits },
    clock,
  });
}

/** A staged policy: `aPolicyRef`. */
export const stagedText = `apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: {name: default.web, namespace: shop}
spec:
  selector: app == 'web'
  types: [Ingress]
  ingress: [{action: Allow, protocol: TCP}, {action: Log}, {action: Deny}]
`;

/** Puts the policies of a text in force. */
export async function load(telemetry: Telemetry, text: string, hash = 'h1'): Promise<PolicyBook> {
  const { documents } = readDocuments(text, 'a.yaml');
  const resources = decodeResources(documents, { mode: 'enforcement' });
  const options = { mode: 'enforcement', onInvalid: 'refuse', icmpFromPort: true } as const;
  const { policies } = compileIndex(resources, options);
  const book = await telemetry.policies.prepare(
    policies,
    specHashesOf(resources, options, canonicalText),
  );
  telemetry.policies.loaded({
    policies,
    book,
    objects: { Tier: resources.tiers.length },
    mode: 'enforcement',
    hash,
    compileSeconds: 0.25,
    readMs: 5000,
  });
  return book;
}

/** Samples of the page, `name{labels}` -> value. */
export async function samplesOf(telemetry: Telemetry): Promise<ReadonlyMap<string, string>> {
  const page = await telemetry.page('prometheus');
  const lines = page
    .toString()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line): [string, string] => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

const anEvaluation: FlowEvaluation = {
  direction: 'ingress',
  pending: [],
  verdict: 'deny',
  baseline: 'allow',
  enforcedVerdict: 'allow',
  change: 'newly-denied',
  decidedBy: null,
  possibleVerdicts: [],
  reasons: [],
  flipCause: 'staged',
  flippedBy: [],
  matchesUpstream: null,
  certainty: 'certain',
  solos: [],
};

/** What records of one evaluation count as. */
export function aCountable(
  cells: readonly number[],
  evaluation: Partial<FlowEvaluation> = {},
  counter: Cells | null = null,
): Countable {
  return {
    dialect: 'goldmane-go',
    evaluation: { ...anEvaluation, ...evaluation },
    cells: Int32Array.from(cells),
    counter,
  };
}
