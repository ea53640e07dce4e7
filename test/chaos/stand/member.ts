import { processUsage } from '../../../bench/run/process-usage.ts';
import { buildHastyStage } from '../../support/broker/hasty-stage.ts';
import {
  startStage,
  type StageExit,
  type StageProcess,
} from '../../support/broker/stage-process.ts';

/** Put together once for all. */
let hastyStage: Promise<string> | undefined;

/** How patient a stage is: as users have it, or so that faults are over in seconds. */
export const timings = ['usual', 'hasty'] as const;
export type Timing = (typeof timings)[number];

/** Several start at once, on two cores that are busy. */
const readyMsMax = 180_000;

export interface MemberOptions {
  readonly clientId: string;
  readonly bootstrap: string;
  readonly policies: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly timing: Timing;
  /** `name:count`: where it is to kill itself. */
  readonly failpoint?: string;
}

/** One stage of a group. */
export class Member {
  readonly clientId: string;
  readonly #stage: StageProcess;
  /** When it ended; `null`: it runs. */
  endedMs: number | null = null;
  #exit: StageExit | null = null;
  /** Before it has begun it would not hear that it is to end; later it need not be well to hear it. */
  #hasBegun = false;
  #stopped: Promise<StageExit & { readonly tookMs: number }> | null = null;

  static async start(options: MemberOptions): Promise<Member> {
    const { clientId, bootstrap, policies, failpoint, timing } = options;
    const program = timing === 'hasty' ? await (hastyStage ??= buildHastyStage()) : undefined;
    const stage = await startStage({
      bootstrap,
      policies,
      ...(program !== undefined && { program }),
      settings: {
        ...options.settings,
        KAFKA_CLIENT_ID: clientId,
        ...(failpoint !== undefined && { FAILPOINT: failpoint }),
      },
    });
    return new Member(clientId, stage);
  }

  private constructor(clientId: string, stage: StageProcess) {
    this.clientId = clientId;
    this.#stage = stage;
    void this.#watch();
  }

  /** `null`: it runs. */
  get exit(): StageExit | null {
    return this.#exit;
  }

  get exited(): Promise<StageExit> {
    return this.#stage.exited;
  }

  get output(): string {
    return this.#stage.output;
  }

  get rssBytes(): number {
    return this.#exit === null ? processUsage(this.#stage.pid).rssBytes : 0;
  }

  async isReady(): Promise<boolean> {
    return this.#stage.isReady();
  }

  async ready(): Promise<void> {
    await this.#stage.ready(readyMsMax);
    this.#hasBegun = true;
  }

  /** At once: whatever comes next in this process comes after it. */
  kill(): void {
    this.#stage.signal('SIGKILL');
  }

  pause(): void {
    this.#stage.signal('SIGSTOP');
  }

  resume(): void {
    this.#stage.signal('SIGCONT');
  }

  /** Asks it, once, to end as soon as it can hear that; says how it did, and how long that took. */
  async stop(): Promise<StageExit & { readonly tookMs: number }> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<StageExit & { readonly tookMs: number }> {
    if (!this.#hasBegun) await Promise.race([this.ready(), this.exited]);
    const startMs = performance.now();
    const exit = await this.#stage.stop();
    return { ...exit, tookMs: performance.now() - startMs };
  }

  async #watch(): Promise<void> {
    this.#exit = await this.#stage.exited;
    this.endedMs = performance.now();
  }
}
