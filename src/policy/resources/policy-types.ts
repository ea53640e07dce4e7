import type { Fields } from './fields.ts';
import { shown } from './shown.ts';

/** Which directions a policy governs. */
export interface Directions {
  readonly ingress: boolean;
  readonly egress: boolean;
}

/** `types` of a Calico policy, defaulted as the API server does, or not at all if `rawTypes` (semantics 1.13). */
export function readTypes(spec: Fields, rawTypes: boolean): Directions {
  const types = spec.texts('types');
  if (types.length === 0 && rawTypes) return { ingress: true, egress: true };
  if (types.length === 0) {
    const egress = spec.list('egress').length > 0;
    return { ingress: !egress || spec.list('ingress').length > 0, egress };
  }
  checkTypes(spec, 'types', types);
  if (new Set(types).size < types.length) {
    spec.report('refused', 'types', { message: 'a type is given twice' });
  }
  const lower = types.map((type) => type.toLowerCase());
  return { ingress: lower.includes('ingress'), egress: lower.includes('egress') };
}

/** `policyTypes` of a Kubernetes policy, likewise. */
export function readPolicyTypes(spec: Fields, rawTypes: boolean): Directions {
  const types = spec.texts('policyTypes');
  checkTypes(spec, 'policyTypes', types);
  if (types.length === 0 && !rawTypes) {
    return { ingress: true, egress: spec.list('egress').length > 0 };
  }
  const egress = types.includes('Egress');
  return { ingress: types.includes('Ingress') || !egress, egress };
}

function checkTypes(spec: Fields, name: string, types: readonly string[]): void {
  for (const [index, type] of types.entries()) {
    if (type === 'Ingress' || type === 'Egress') continue;
    spec.item(name).report('refused', index, {
      message: `${shown(type)} is no policy type`,
      hint: 'use `Ingress` or `Egress`',
    });
  }
}
