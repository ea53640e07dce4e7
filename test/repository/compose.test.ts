// No image can be pulled where these tests run, so the compose file is checked against everything
// it refers to instead: files, services, ports, topics.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>> | readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const compose = parse(read('docker-compose.yml')) as {
  readonly services: Readonly<Record<string, Service>>;
};
const services = Object.entries(compose.services);

describe('docker-compose.yml', () => {
  test('has Kafka, the stage, Prometheus and Grafana', () => {
    expect(Object.keys(compose.services)).toEqual(
      expect.arrayContaining(['kafka', 'rehearsal', 'prometheus', 'grafana']),
    );
  });

  test('every mounted file exists and is read-only', () => {
    const mounts = services.flatMap(([, service]) => service.volumes ?? []);
    expect(mounts.length).toBeGreaterThan(0);
    expect(mounts.filter((mount) => !mount.endsWith(':ro'))).toEqual([]);
    expect(mounts.filter((mount) => !existsSync(`${root}/${mount.split(':')[0]}`))).toEqual([]);
  });

  test('every port is published on loopback only', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? []);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  test('every image has a version', () => {
    const images = services.flatMap(([, service]) => service.image ?? []);
    expect(images.filter((image) => !/:[\w.-]+$/.test(image) || image.endsWith(':latest'))).toEqual(
      [],
    );
  });

  test('a service depends only on services that exist', () => {
    const wanted = services.flatMap(([, { depends_on: on = [] }]) =>
      Array.isArray(on) ? on : Object.keys(on),
    );
    expect(wanted.filter((name) => !(name in compose.services))).toEqual([]);
  });

  test('the stage connects to a listener that Kafka advertises', () => {
    const advertised = String(
      compose.services['kafka']?.environment?.['KAFKA_ADVERTISED_LISTENERS'],
    );
    const broker = String(compose.services['rehearsal']?.environment?.['REHEARSAL_KAFKA_BROKERS']);
    expect(advertised).toContain(`//${broker}`);
  });

  test('the topics that are made are those the stage uses by default', () => {
    const script = compose.services['topics']?.command?.join(' ') ?? '';
    for (const topic of ['flows', 'flows-pending', 'flows-dead-letter']) {
      expect(script).toMatch(new RegExp(`\\b${topic}\\b`));
    }
  });

  test('Prometheus scrapes the port that the stage listens on, of every process of the group', () => {
    const prometheus = parse(read('monitoring/prometheus.yaml')) as {
      readonly scrape_configs: readonly {
        readonly dns_sd_configs: readonly {
          readonly names: readonly string[];
          readonly port: number;
        }[];
      }[];
    };
    const found = prometheus.scrape_configs.flatMap((config) => config.dns_sd_configs);
    const port = compose.services['rehearsal']?.environment?.['REHEARSAL_HTTP_PORT'];
    expect(found).toContainEqual(expect.objectContaining({ names: ['rehearsal'], port }));
  });

  test('there is a port for as many processes of the stage as partitions', () => {
    const [, first, last] =
      /:(\d+)-(\d+):/.exec(compose.services['rehearsal']?.ports?.[0] ?? '') ?? [];
    const script = compose.services['topics']?.command?.join(' ') ?? '';
    const partitions = Number(/--partitions (\d+)/.exec(script)?.[1]);
    expect(Number(last) - Number(first) + 1).toBe(partitions);
  });

  test('Grafana finds its data source and its dashboard where they are mounted', () => {
    const grafana = compose.services['grafana'];
    const targets = (grafana?.volumes ?? []).map((mount) => mount.split(':')[1]);
    const { providers } = parse(read('monitoring/grafana/dashboards.yaml')) as {
      readonly providers: readonly { readonly options: { readonly path: string } }[];
    };
    const home = grafana?.environment?.['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH'];
    expect(targets).toContain(home);
    expect(String(home).startsWith(`${providers[0]?.options.path}/`)).toBe(true);
    const { datasources } = parse(read('monitoring/grafana/datasources.yaml')) as {
      readonly datasources: readonly { readonly url: string }[];
    };
    expect(datasources[0]?.url).toBe('http://prometheus:9090');
  });
});

describe('Dockerfile', () => {
  const dockerfile = read('Dockerfile');

  test('copies only what exists and what the ignore file lets through', () => {
    const ignore = read('.dockerignore').split('\n');
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) =>
      (match[1] ?? '').split(' '),
    );
    expect(copied.length).toBeGreaterThan(5);
    expect(copied.filter((path) => !existsSync(`${root}/${path}`))).toEqual([]);
    expect(copied.filter((path) => !ignore.includes(`!${path.replace(/^\.\//, '')}`))).toEqual([]);
  });

  test('runs as a numbered user without root rights, by an exec-form entry point', () => {
    expect(dockerfile).toMatch(/^USER [1-9]\d*$/m);
    expect(dockerfile).toMatch(/^ENTRYPOINT \[/m);
  });
});

function read(path: string): string {
  return readFileSync(`${root}/${path}`, 'utf8');
}
