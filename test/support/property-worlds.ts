import * as fc from 'fast-check';
import type { Resources } from '../../src/policy/resources/model.ts';
import { worldFiles, worldRows, type FlowRow, type WorldRow } from '../conformance/world-rows.ts';
import { addressOf } from '../conformance/oracle-judge.ts';
import type { Json } from '../oracle/arbitrary-rules.ts';
import type { Question } from '../oracle/evaluate.ts';
import { questionOf } from '../oracle/setting.ts';
import { aWorld } from '../oracle/world.ts';
import { aMutatedWorld } from './mutated-worlds.ts';

/** A cluster as manifests that the API server admits, with connections of its workloads. */
export interface PropertyWorld {
  readonly objects: readonly Json[];
  readonly rawTypes: boolean;
  readonly connections: (resources: Resources) => readonly Connection[];
}

/** One connection, and the workload whose policies are asked. */
export type Connection = Omit<Question, 'scope'>;

/** Where properties take their worlds from, by what a test calls it. */
export const worldSources = [
  ['worlds of the conformance data, every third mutated', aConformanceWorld],
  ['random worlds', aRandomWorld],
] as const;

/** Worlds that nobody has seen, of a few names and labels. */
export function aRandomWorld(connectionsMax: number): fc.Arbitrary<PropertyWorld> {
  return aWorld(connectionsMax).map(({ objects, connections }) => ({
    objects,
    rawTypes: false,
    connections: (resources) =>
      connections.flatMap((choice) => questionOf(choice, resources) ?? []),
  }));
}

/** All worlds of the conformance data that are binding in `enforcement` mode: nothing in them is refused. */
export function conformanceWorlds(connectionsMax: number): readonly PropertyWorld[] {
  return bindingRows().map((row) => worldOf(row, connectionsMax));
}

function aConformanceWorld(connectionsMax: number): fc.Arbitrary<PropertyWorld> {
  return fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...conformanceWorlds(connectionsMax)) },
    { weight: 1, arbitrary: aMutatedWorld(connectionsMax) },
  );
}

let known: readonly WorldRow[] | undefined;

function bindingRows(): readonly WorldRow[] {
  return (known ??= worldFiles
    .flatMap((file) => worldRows(file))
    .filter((row) => row.modes.includes('enforcement') && row.storeMissing === undefined));
}

function worldOf(row: WorldRow, connectionsMax: number): PropertyWorld & { toJSON: () => string } {
  const { rawTypes = false, flows } = row;
  return {
    objects: row.resources as readonly Json[],
    rawTypes,
    connections: (resources) =>
      flows.slice(0, connectionsMax).flatMap((flow) => connectionOf(flow, resources) ?? []),
    // A counterexample is told by its name.
    toJSON: () => row.id,
  };
}

function connectionOf(flow: FlowRow, { inventory }: Resources): Connection | null {
  const { namespace, name } = flow.endpoint;
  const endpoint = inventory.endpoints.find(
    (one) => one.namespace === namespace && one.name === name,
  );
  if (endpoint === undefined) return null;
  return {
    direction: flow.reporter === 'Src' ? 'egress' : 'ingress',
    endpoint,
    connection: {
      source: addressOf(flow.src_ip),
      destination: addressOf(flow.dst_ip),
      protocol: flow.proto,
      sourcePort: flow.src_port,
      destPort: flow.dst_port,
      icmp: null,
    },
  };
}
