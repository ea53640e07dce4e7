import { bytesText, grouped, some } from './names.ts';
import type { GroupPreview, PolicyPreview, Preview } from './schema.ts';
import { endpointOf, serviceOf } from './services.ts';
import { spanText } from './spans.ts';
import { standings } from './standing.ts';

/** `3 staged policies, 12,345 flows from 2026-11-01 10:00 to 2026-11-01 11:00 UTC`. */
export function scopeOf({ policies, flows, first, last }: Preview): string {
  const span = first === null || last === null ? '' : ` from ${spanText(first, last)}`;
  const staged = some(policies.length, 'staged policy', 'staged policies');
  return `${staged}, ${some(flows.judged, 'flow')}${span}`;
}

/** `dns (udp/53)`. */
export function portText({ protocol, port }: Pick<GroupPreview, 'protocol' | 'port'>): string {
  const [service, endpoint] = [serviceOf(protocol, port), endpointOf(protocol, port)];
  return service === endpoint ? endpoint : `${service} (${endpoint})`;
}

export function standingText({ standing }: Pick<PolicyPreview, 'standing'>): string {
  return standings[standing];
}

/** `109 connections in 38 flows, 1.2 MiB`. */
export function volumeText({
  connections,
  flows,
  bytes,
}: Pick<GroupPreview, 'connections' | 'flows' | 'bytes'>): string {
  return `${some(connections, 'connection')} in ${some(flows, 'flow')}, ${bytesText(bytes)}`;
}

/** Whether the policy does it alone, or only with the others. */
export function attributionText({ alone, together, flows }: GroupPreview): string {
  if (alone === flows && together === flows) return 'alone and together';
  if (together === 0) return alone === flows ? 'alone only' : `${grouped(alone)} alone`;
  if (alone === 0) return 'only together with the others';
  return `${grouped(alone)} alone, ${grouped(together)} together`;
}
