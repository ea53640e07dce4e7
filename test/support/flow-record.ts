/** What a goldmane-go record of a test says; the rest is filled in. */
export interface RecordParts {
  readonly reporter: 'Src' | 'Dst';
  readonly source: RecordEnd;
  readonly dest: RecordEnd & { readonly port: number };
}

/** An aggregated workload, or `private network` with no labels. */
export interface RecordEnd {
  readonly namespace: string;
  readonly name: string;
  readonly labels: readonly string[];
}

export const privateNetwork: RecordEnd = { namespace: '-', name: 'pvt', labels: [] };

/** A workload of the namespace `default` by its one label: `role=database` is `database-*`. */
export function workload(label: string): RecordEnd {
  return { namespace: 'default', name: `${label.split('=')[1]}-5d8f7c9b4-*`, labels: [label] };
}

/** The text of a record that says that the flow was allowed by its namespace's profile. */
export function goldmaneRecord({ reporter, source, dest }: RecordParts): string {
  const profile = { kind: 9, name: 'kns.default', action: 1 };
  const key = {
    source_name: source.name,
    source_namespace: source.namespace,
    source_type: typeOf(source),
    dest_name: dest.name,
    dest_namespace: dest.namespace,
    dest_type: typeOf(dest),
    dest_port: dest.port,
    dest_service_name: '-',
    dest_service_namespace: '-',
    dest_service_port_name: '-',
    proto: 'tcp',
    reporter: reporter === 'Src' ? 1 : 2,
    action: 1,
    policies: { enforced_policies: [profile], pending_policies: [profile] },
  };
  return JSON.stringify({
    Key: key,
    start_time: 1_787_000_000,
    end_time: 1_787_000_015,
    source_labels: source.labels,
    dest_labels: dest.labels,
    packets_in: 19,
    packets_out: 22,
    bytes_in: 5120,
    bytes_out: 7340,
    num_connections_started: 2,
    num_connections_live: 1,
  });
}

function typeOf(end: RecordEnd): number {
  return end.name === 'pvt' ? 4 : 1;
}
