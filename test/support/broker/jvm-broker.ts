import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { jvmFlags } from './jvm-flags.ts';
import { JvmProcess } from './jvm-process.ts';
import { runProgram } from './run-program.ts';
import { formatCommand, log4jProperties, readyLine } from './storage.ts';

/** What every JVM of a cluster shares. */
export interface JvmSettings {
  readonly java: string;
  readonly libs: string;
  readonly clusterFolder: string;
  readonly profile: 'test' | 'bench';
}

/** One Kafka node as a process of its own. */
export class JvmBroker {
  readonly process: JvmProcess;
  readonly #settings: JvmSettings;
  readonly #id: number;
  readonly #folder: string;

  constructor(settings: JvmSettings, id: number) {
    this.#settings = settings;
    this.#id = id;
    this.#folder = nodeFolder(settings.clusterFolder, id);
    this.process = new JvmProcess({
      name: `node-${id}`,
      java: settings.java,
      args: [...this.#jvm(), 'kafka.Kafka', this.#file('server.properties')],
      clusterFolder: settings.clusterFolder,
      logFile: this.#file('log.txt'),
      readyLine,
    });
  }

  /** Writes the files of the node and formats its storage; the doors are described by `properties`. */
  async format(clusterId: string, properties: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeFile(this.#file('server.properties'), properties);
    await writeFile(this.#file('log4j2.properties'), log4jProperties);
    const { code, stdout, stderr } = await runProgram(
      this.#settings.java,
      [...this.#jvm(), ...formatCommand(clusterId, this.#file('server.properties'))],
      { timeoutMs: 60_000 },
    );
    if (code !== 0) throw new Error(`storage of broker ${this.#id}: ${stdout}${stderr}`);
  }

  #jvm(): string[] {
    return [
      ...jvmFlags(this.#settings.profile),
      `-Dlog4j2.configurationFile=file:${this.#file('log4j2.properties')}`,
      '-cp',
      join(this.#settings.libs, '*'),
    ];
  }

  #file(name: string): string {
    return join(this.#folder, name);
  }
}

/** Where node `id` of a cluster keeps its files. */
export function nodeFolder(clusterFolder: string, id: number): string {
  return join(clusterFolder, `node-${id}`);
}
