import { parsePrefix } from '../../net/prefix.ts';
import type { Decoder } from './manifest.ts';
import { shown } from './shown.ts';

/** IPPool: the block whose addresses belong to workloads. */
export const decodeIpPool: Decoder = ({ spec }) => {
  const text = spec.text('cidr');
  const parsed = parsePrefix(text);
  if (parsed === null || parsed.isBare) {
    spec.report('broken', 'cidr', { message: `${shown(text)} is no CIDR` });
    return null;
  }
  return { into: 'ipPools', value: parsed.prefix };
};
