import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { goesWithUs } from '../../support/broker/children.ts';
import { freePorts } from '../../support/broker/ports.ts';
import { pathOf } from './tools.ts';

/** A server of ours on loopback, gone when disposed of. */
export interface Server extends AsyncDisposable {
  readonly url: string;
}

/** An Alertmanager that keeps what it is told. */
export async function startAlertmanager(): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-alertmanager-'));
  const [port] = await freePorts(1);
  const config = join(folder, 'alertmanager.yml');
  writeFileSync(
    config,
    JSON.stringify({
      route: { receiver: 'nobody', group_wait: '1s' },
      receivers: [{ name: 'nobody' }],
    }),
  );
  return startServer('prometheus-alertmanager', folder, `http://127.0.0.1:${port}`, [
    `--config.file=${config}`,
    `--storage.path=${folder}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
    '--log.level=warn',
  ]);
}

/** A Prometheus that scrapes one target every second and judges by these rules. */
export async function startPrometheus(options: {
  readonly target: string;
  readonly rules: string;
  readonly alertmanager: string;
}): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-prometheus-'));
  const [port] = await freePorts(1);
  const config = join(folder, 'prometheus.yml');
  writeFileSync(join(folder, 'rules.yaml'), options.rules);
  writeFileSync(
    config,
    JSON.stringify({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: ['rules.yaml'],
      alerting: { alertmanagers: [{ static_configs: [{ targets: [options.alertmanager] }] }] },
      scrape_configs: [{ job_name: 'rehearsal', static_configs: [{ targets: [options.target] }] }],
    }),
  );
  return startServer('prometheus', folder, `http://127.0.0.1:${port}`, [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--rules.alert.resend-delay=1s',
    '--log.level=warn',
  ]);
}

const readyWithinMs = 60_000;

async function startServer(
  tool: 'prometheus' | 'prometheus-alertmanager',
  folder: string,
  url: string,
  args: readonly string[],
): Promise<Server> {
  const child = spawn(pathOf(tool), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  goesWithUs(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-4000);
    });
  }
  const stop = async (): Promise<void> => {
    await kill(child);
    rmSync(folder, { recursive: true, force: true });
  };
  const until = performance.now() + readyWithinMs;
  while (!(await isReady(url))) {
    if (child.exitCode !== null || performance.now() > until) {
      await stop();
      throw new Error(`${tool} did not start: ${output}`);
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
  return { url, [Symbol.asyncDispose]: stop };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/-/ready`)).ok;
  } catch {
    return false;
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = new Promise((resolve) => {
    child.once('exit', resolve);
  });
  child.kill('SIGKILL');
  await exited;
}
