/** A flow that the staging guide's policies would deny, told apart by its byte count. */
export function deniedFlow(number: number): string {
  return JSON.stringify({
    Key: {
      source_name: 'cart-6b687c8dcb-*',
      source_namespace: 'default',
      source_type: 1,
      dest_name: 'database-6b687c8dcb-*',
      dest_namespace: 'default',
      dest_type: 1,
      dest_port: 6379,
      proto: 'tcp',
      reporter: 2,
      action: 1,
      policies: { enforced_policies: [{ kind: 9, name: 'kns.default', action: 1 }] },
    },
    start_time: 1787000000,
    end_time: 1787000300,
    source_labels: ['role=cart'],
    dest_labels: ['role=database'],
    bytes_in: number,
  });
}
