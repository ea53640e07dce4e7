import type { PolicyRef } from '../policy/hit.ts';
import { policyKinds } from '../policy/kinds.ts';

/** `payments/ledger`. */
export function plainName({ namespace, name }: Pick<PolicyRef, 'namespace' | 'name'>): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

/** `snp/payments/ledger`, as `rehearsal promote` takes it. */
export function referenceOf(policy: PolicyRef): string {
  return `${policyKinds[policy.kind].short}/${plainName(policy)}`;
}

/** `1 flow`, `2,000 flows`. */
export function some(count: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : plural}`;
}

/** `12,345`. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `1.5 MiB`. */
export function bytesText(bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power] ?? ''}`;
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
