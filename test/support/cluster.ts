import type { PolicyMode } from '../../src/policy/actions.ts';
import { compileIndex } from '../../src/policy/index/compile.ts';
import type { PolicyIndex } from '../../src/policy/index/policy-index.ts';
import type { Resources } from '../../src/policy/resources/model.ts';
import type { Json } from '../oracle/arbitrary-rules.ts';
import { resourcesFrom } from '../oracle/setting.ts';

/** Manifests that have been read and compiled. */
export interface Cluster {
  readonly resources: Resources;
  readonly index: PolicyIndex;
}

/** Reads and compiles manifests of which none may be refused. */
export function clusterOf(
  objects: readonly Json[],
  { mode, rawTypes = false }: { readonly mode: PolicyMode; readonly rawTypes?: boolean },
): Cluster {
  const resources = resourcesFrom(objects, { mode, rawTypes });
  const errors = resources.problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  const onInvalid = mode === 'calico' ? 'drop' : 'refuse';
  return { resources, index: compileIndex(resources, { mode, onInvalid, icmpFromPort: true }) };
}
