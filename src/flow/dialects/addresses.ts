import { parseAddress } from '../../net/address.ts';
import type { FlowEnd } from '../flow.ts';
import { UnreadableField } from './unreadable.ts';
import type { FieldName } from './fields.ts';

/** Goldmane cuts a list of addresses here; a list so long may lack some (flow-records 1a). */
const ADDRESSES_MAX = 100;

/** The distinct addresses of one end: a list of texts, or one text. */
export function decodeAddresses(
  value: unknown,
  field: FieldName,
): Pick<FlowEnd, 'addresses' | 'addressesTruncated'> {
  if (value === undefined) return { addresses: [], addressesTruncated: false };
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const addresses = [...new Set(list)].map((text) => {
    const address = typeof text === 'string' ? parseAddress(text) : null;
    if (address === null) throw new UnreadableField('not_a_record', field);
    return address;
  });
  return { addresses, addressesTruncated: list.length >= ADDRESSES_MAX };
}
