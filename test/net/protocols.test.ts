import { describe, expect, test } from 'vitest';
import {
  formatRecordProtocol,
  protocolNamed,
  recordProtocolNumber,
} from '../../src/net/protocols.ts';

describe('protocols', () => {
  test.each([
    ['tcp', 6],
    ['TCP', 6],
    ['Udp', 17],
    ['icmp', 1],
    ['ICMPv6', 58],
    ['icmpV6', 58],
    ['sctp', 132],
    ['UDPLite', 136],
    ['icmp6', null],
    ['6', null],
    ['', null],
    ['constructor', null],
  ])('a policy that says %j means %j', (name, number) => {
    expect(protocolNamed(name)).toBe(number);
  });

  test.each([
    ['tcp', 6, 'tcp'],
    ['TCP', 6, 'tcp'],
    ['icmp6', 58, 'icmp6'],
    ['ipip', 4, 'ipip'],
    ['esp', 50, 'esp'],
    ['6', 6, 'tcp'],
    ['0', 0, '0'],
    ['300', 300, '300'],
    ['136', 136, '136'],
  ])('a record that says %j means %j', (text, number, formatted) => {
    expect(recordProtocolNumber(text)).toBe(number);
    expect(formatRecordProtocol(number)).toBe(formatted);
  });

  test.each(['', 'icmpv6', 'http', '-1', '6.0', '0x6'])(
    'a record that says %j means none',
    (text) => {
      expect(recordProtocolNumber(text)).toBeNull();
    },
  );
});
