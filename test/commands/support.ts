import { PassThrough, Writable } from 'node:stream';
import { main } from '../../src/commands/main.ts';
import type { ExitCode } from '../../src/commands/exit-code.ts';

/** One run of the command line in this process. */
export interface Outcome {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stdoutBytes: Buffer;
  readonly stderr: string;
}

export interface World {
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
}

/** Runs `rehearsal …args` in a world of its own. */
export async function rehearsal(args: readonly string[], world: World = {}): Promise<Outcome> {
  const stdout = new Collector();
  const stderr = new Collector();
  const stdin = new PassThrough();
  stdin.end(world.stdin ?? '');
  const exitCode = await main(args, {
    stdin,
    stdout,
    stderr,
    environment: world.environment ?? {},
    clock: { nowMs: () => 1_700_000_000_000, monotonicMs: () => 0 },
  });
  return { exitCode, stdout: stdout.text(), stdoutBytes: stdout.bytes(), stderr: stderr.text() };
}

class Collector extends Writable {
  readonly #chunks: Buffer[] = [];

  text(): string {
    return this.bytes().toString('utf8');
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // Who has said that it took the bytes has to have them.
    this.#chunks.push(Buffer.from(chunk));
    done();
  }
}
