/** A record as Calico Enterprise writes them when it aggregates nothing. */
export const enterprise = {
  start_time: 1_787_000_000,
  end_time: 1_787_000_300,
  source_ip: '10.96.7.31',
  source_name: 'cart-6b687c8dcb-zn5s2',
  source_name_aggr: 'cart-6b687c8dcb-*',
  source_namespace: 'shop',
  source_port: 41_822,
  source_type: 'wep',
  source_labels: { labels: ['app=cart'] },
  dest_ip: '10.96.4.20',
  dest_name: 'ledger-86c57db685-x2x9k',
  dest_name_aggr: 'ledger-86c57db685-*',
  dest_namespace: 'payments',
  dest_port: 5432,
  dest_type: 'wep',
  dest_labels: { labels: ['app=ledger'] },
  dest_service_name: 'ledger',
  dest_service_namespace: 'payments',
  dest_service_port: 'pg',
  proto: 'tcp',
  action: 'allow',
  reporter: 'dst',
  policies: {
    all_policies: [
      '0|default|payments/default.ledger-in|allow|1',
      '0|default|payments/default.staged:ledger-strict|deny|-1',
    ],
    enforced_policies: ['0|default|payments/default.ledger-in|allow|1'],
    pending_policies: ['0|default|payments/default.staged:ledger-strict|deny|-1'],
  },
  bytes_in: 388,
  bytes_out: 1113,
  num_flows: 1,
  num_flows_started: 1,
  num_flows_completed: 1,
  host: 'node-17',
  '@timestamp': 1_787_000_300_000,
};

/** Such records of several ends and sizes. */
export function enterpriseLines(): string[] {
  return Array.from({ length: 40 }, (_, i) =>
    JSON.stringify({
      ...enterprise,
      source_namespace: `shop-${i % 7}`,
      dest_port: 5000 + (i % 5),
      bytes_in: 10 ** (i % 15),
      num_flows_started: i,
    }),
  );
}
