/** How a shipper writes a record into a message; `quoted` is the record as a JSON text. */
export interface Shape {
  readonly shipper: string;
  /** Where its documentation shows the shape. */
  readonly source: string;
  readonly path: string;
  readonly message: (written: { readonly record: string; readonly quoted: string }) => string;
}

const fluentBit = 'https://docs.fluentbit.io/manual/data-pipeline/outputs/kafka';
const kubernetesFilter = 'https://docs.fluentbit.io/manual/data-pipeline/filters/kubernetes';
const vector = 'https://vector.dev/docs/reference/configuration/sources';
const otlp = 'https://github.com/open-telemetry/opentelemetry-proto/blob/main/examples/logs.json';

/** Written by hand after what the shippers document. */
export const shapes: readonly Shape[] = [
  {
    shipper: 'Fluent Bit, tail to kafka, `format json`',
    source: fluentBit,
    path: 'log',
    message: ({ quoted }) => `{"@timestamp":1787000001.234567, "log":${quoted}}`,
  },
  {
    shipper: 'Fluent Bit, the log of a container, with the line break that Docker keeps',
    source: fluentBit,
    path: 'log',
    message: ({ quoted }) =>
      `{"@timestamp":1787000001.5,"log":${quoted.slice(0, -1)}\\n","stream":"stdout","time":"2026-08-17T20:53:21.1Z"}`,
  },
  {
    shipper: 'Fluent Bit, the Kubernetes filter around it',
    source: kubernetesFilter,
    path: 'log',
    message: ({ quoted }) =>
      `{"@timestamp":1787000001.5,"_p":"F","log":${quoted},"kubernetes":{"pod_name":"flows-0","labels":{"app.kubernetes.io/name":"flows","log":"x"},"host":"node-17"}}`,
  },
  {
    shipper: 'Fluent Bit, the Kubernetes filter with `merge_log_key`: an object',
    source: kubernetesFilter,
    path: 'log_processed',
    message: ({ record }) =>
      `{"@timestamp":1787000001.5,"log":"{\\"the same\\":1}","log_processed":${record},"kubernetes":{}}`,
  },
  {
    shipper: 'Vector, the source `file`',
    source: `${vector}/file/`,
    path: 'message',
    message: ({ quoted }) =>
      `{"file":"/var/log/calico/flowlogs/flows.log","host":"node-17","message":${quoted},"source_type":"file","timestamp":"2026-08-17T20:53:21.234567890Z"}`,
  },
  {
    shipper: 'Vector, the source `kubernetes_logs`, parsed in place',
    source: `${vector}/kubernetes_logs/`,
    path: 'message',
    message: ({ record }) =>
      `{"kubernetes":{"pod_labels":{"app":"flows"},"pod_name":"flows-0"},"message":${record},"source_type":"kubernetes_logs","stream":"stdout"}`,
  },
  {
    shipper: 'Vector, the source `http_server`',
    source: `${vector}/http_server/`,
    path: 'message',
    message: ({ quoted }) =>
      `{"message":${quoted},"path":"/","source_type":"http_server","timestamp":"2026-08-17T20:53:21Z"}`,
  },
  {
    shipper: 'Logstash, with the event as it came',
    source: 'https://www.elastic.co/docs/reference/logstash/ecs-ls',
    path: 'event.original',
    message: ({ quoted }) =>
      `{"@timestamp":"2026-08-17T20:53:21.100Z","@version":"1","event":{"original":${quoted}},"host":{"name":"node-17"},"message":"cut"}`,
  },
  {
    shipper: 'Filebeat to kafka',
    source: 'https://www.elastic.co/docs/reference/beats/filebeat/kafka-output',
    path: 'message',
    message: ({ quoted }) =>
      `{"@timestamp":"2026-08-17T20:53:21.100Z","@metadata":{"beat":"filebeat","type":"_doc"},"log":{"offset":0,"file":{"path":"/var/log/flows.log"}},"message":${quoted}}`,
  },
  {
    shipper: 'an encoder of the Elastic Common Schema that writes dots into names',
    source: 'https://www.elastic.co/docs/reference/ecs/ecs-event',
    path: 'event.original',
    message: ({ quoted }) => `{"event":{"kind":"event"},"event.original":${quoted},"event.end":1}`,
  },
  {
    shipper: 'OpenTelemetry Collector, a log record with its body',
    source: 'https://opentelemetry.io/docs/specs/otel/logs/data-model/',
    path: 'Body',
    message: ({ quoted }) =>
      `{"Timestamp":"1787000001000000000","Body":${quoted},"Attributes":{"log.file.name":"flows.log"},"Resource":{}}`,
  },
  {
    shipper: 'OpenTelemetry Collector, `otlp_json` of one log record, over many lines',
    source: otlp,
    path: 'resourceLogs.scopeLogs.logRecords.body.stringValue',
    message: ({ quoted }) => `{
  "resourceLogs": [
    {
      "resource": { "attributes": [ { "key": "service.name", "value": { "stringValue": "flows" } } ] },
      "scopeLogs": [
        {
          "scope": {},
          "logRecords": [ { "timeUnixNano": "1787000001000000000", "body": { "stringValue": ${quoted} }, "traceId": "" } ]
        }
      ]
    }
  ]
}
`,
  },
  {
    shipper: 'Splunk HTTP event collector',
    source: 'https://help.splunk.com/en/splunk-enterprise/get-started/get-data-in',
    path: 'event',
    message: ({ record }) => `{"time":1787000001,"host":"node-17","event": ${record} ,"fields":{}}`,
  },
];

/** A batch of the Collector: two resources, the first with two scopes; `bodies` are JSON values. */
export function otlpBatch(bodies: readonly [string, string, string, string]): string {
  const [a, b, c, d] = bodies;
  return (
    `{"resourceLogs":[{"resource":{"r":1},"scopeLogs":[{"scope":{"s":1},"logRecords":[` +
    `{"n":1,"body":{"stringValue":${a}}}, {"n":2,"body":{"stringValue":${b}}}]},` +
    `{"scope":{"s":2},"logRecords":[{"n":3,"body":{"stringValue":${c}}}],"schemaUrl":"u"}]},` +
    `{"resource":{"r":2},"scopeLogs":[{"logRecords":[{"n":4,"body":{"stringValue":${d}}}]}]}]}`
  );
}

/** The same narrowed to each of its log records. */
export function narrowedOtlp(bodies: readonly [string, string, string, string]): string[] {
  const [a, b, c, d] = bodies;
  return [
    `{"resourceLogs":[{"resource":{"r":1},"scopeLogs":[{"scope":{"s":1},"logRecords":[{"n":1,"body":{"stringValue":${a}}}]}]}]}`,
    `{"resourceLogs":[{"resource":{"r":1},"scopeLogs":[{"scope":{"s":1},"logRecords":[{"n":2,"body":{"stringValue":${b}}}]}]}]}`,
    `{"resourceLogs":[{"resource":{"r":1},"scopeLogs":[{"scope":{"s":2},"logRecords":[{"n":3,"body":{"stringValue":${c}}}],"schemaUrl":"u"}]}]}`,
    `{"resourceLogs":[{"resource":{"r":2},"scopeLogs":[{"logRecords":[{"n":4,"body":{"stringValue":${d}}}]}]}]}`,
  ];
}
