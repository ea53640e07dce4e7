import type { Flow } from '../../../src/flow/flow.ts';
import type { PolicyMode, Verdict } from '../../../src/policy/actions.ts';
import { compileIndex } from '../../../src/policy/index/compile.ts';
import type { Resources } from '../../../src/policy/resources/model.ts';
import type { PolicyIndex } from '../../../src/policy/index/policy-index.ts';
import { resourcesOf, type FlowRow } from '../../conformance/world-rows.ts';
import { conformanceRows } from '../../support/conformance.ts';
import { recordLines, type CalicoDialect } from '../dialects/support/records.ts';
import { flowOf } from '../dialects/support/reading.ts';

/** How much of a record's world is loaded: `dated` tells that its sets are older than every flow. */
export type Loaded = 'policies' | 'all' | 'dated';

/** One record of Calico's, and what the policies say of each connection it stands for. */
export interface RecordRow {
  readonly line: number;
  readonly flow: Flow;
  readonly index: PolicyIndex;
  readonly resources: Resources;
  /** The connections it stands for, and of each the pending verdict. */
  readonly connections: readonly FlowRow[];
  readonly verdicts: readonly Verdict[];
}

/** The records whose connections have an answer in this mode. */
export function recordRows(
  dialect: CalicoDialect,
  mode: PolicyMode,
  loaded: Loaded,
): readonly RecordRow[] {
  const worldOf = compiledWorlds(mode, loaded);
  const lines = recordLines(dialect);
  return indexRows().flatMap((row) => {
    if (!row.modes.includes(mode) || row.flows.some(({ error }) => error !== undefined)) return [];
    const flow = flowOf(lines[row.line - 1] ?? '');
    if (typeof flow === 'string') throw new Error(`line ${String(row.line)}: ${flow}`);
    const verdicts = row.flows.map((connection) => verdictOf(connection, mode));
    return [{ line: row.line, flow, ...worldOf(row.world), connections: row.flows, verdicts }];
  });
}

let indexRowsRead: readonly IndexRow[] | undefined;

function indexRows(): readonly IndexRow[] {
  return (indexRowsRead ??= conformanceRows<IndexRow>('records/index'));
}

interface IndexRow {
  readonly line: number;
  readonly world: string;
  readonly modes: readonly PolicyMode[];
  readonly flows: readonly FlowRow[];
}

interface Manifest {
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

interface World {
  readonly id: string;
  readonly modes: readonly PolicyMode[];
  readonly resources: readonly Manifest[];
}

function verdictOf(connection: FlowRow, mode: PolicyMode): Verdict {
  const answer = mode === 'calico' ? connection : { ...connection, ...connection.enforcement };
  const verdict = answer.pending_verdict;
  if (verdict !== 'allow' && verdict !== 'deny') throw new Error(`\`${verdict}\` is no verdict`);
  return verdict;
}

/** Every dialect is judged by the same. */
const compiled = new Map<string, CompiledWorld>();

type CompiledWorld = Pick<RecordRow, 'index' | 'resources'>;

let worldsById: ReadonlyMap<string, World> | undefined;

function compiledWorlds(mode: PolicyMode, loaded: Loaded): (world: string) => CompiledWorld {
  worldsById ??= new Map(conformanceRows<World>('records/worlds').map((row) => [row.id, row]));
  const worlds = worldsById;
  return (id) => {
    const world = worlds.get(id);
    if (world === undefined) throw new Error(`no world ${id}`);
    const key = `${mode} ${loaded} ${id}`;
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const manifests = world.resources.flatMap((manifest) => manifestsOf(manifest, loaded));
    const onInvalid = mode === 'calico' ? 'drop' : 'uncertain';
    const resources = resourcesOf({ ...world, resources: manifests, flows: [] }, mode);
    const index = compileIndex(resources, { mode, onInvalid, icmpFromPort: true });
    compiled.set(key, { index, resources });
    return { index, resources };
  };
}

const BEFORE_ALL = '2020-01-01T00:00:00Z';

function manifestsOf(manifest: Manifest, loaded: Loaded): readonly Manifest[] {
  const { kind, metadata } = manifest;
  if (loaded === 'policies') return /Policy$|^Tier$/.test(kind) ? [manifest] : [];
  if (loaded === 'all' || !/NetworkSet$|^HostEndpoint$/.test(kind)) return [manifest];
  const dates = {
    uid: `${String(metadata['namespace'])}/${String(metadata['name'])}`,
    creationTimestamp: BEFORE_ALL,
    managedFields: [{ manager: 'test', time: BEFORE_ALL }],
  };
  return [{ ...manifest, metadata: { ...metadata, ...dates } }];
}
