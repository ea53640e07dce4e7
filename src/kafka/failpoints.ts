// A test aid: where a stage can be told to die, as if its machine were lost. Nothing happens at any of
// these places unless `REHEARSAL_FAILPOINT` names one.
import { CodedError } from '../std/coded-error.ts';

/** `name`, or `name:count`: dies when it comes to that place for the `count`-th time. */
export const failpointVariable = 'REHEARSAL_FAILPOINT';

/** Every place, and what is true there. */
export const failpoints = {
  rebalance: 'partitions are assigned, nothing of them has been fetched',
  'before-produce': 'at least once: a batch is judged, nothing that follows from it is sent',
  'mid-send': 'a produce request is on its way, not answered',
  'after-ack': 'at least once: all of a batch is acknowledged, its offset is not committed',
  'after-commit': 'the offset of a batch is committed, the next batch has not begun',
  initialised: 'exactly once: earlier owners are fenced, the committed offset is not read',
  begin: 'exactly once: a transaction begins, nothing of it is sent',
  'before-offsets': 'exactly once: all outputs are acknowledged, the offset is not sent',
  'after-offsets': 'exactly once: the transaction covers the offset, which is not written yet',
  'before-end': 'exactly once: all is in the transaction, its end is not asked for',
  'end-sent': 'exactly once: the end is asked for and not answered',
} as const;

export type Failpoint = keyof typeof failpoints;

let armed: { readonly name: Failpoint; passes: number } | null = null;

/**
 * Arms what `text` names; `undefined` = nothing.
 * @throws CodedError `config/invalid`
 */
export function armFailpoint(text: string | undefined): Failpoint | null {
  const [name = '', count = '1', ...rest] = (text ?? '').split(':');
  if (text === undefined) armed = null;
  else if (isFailpoint(name) && /^[1-9]\d{0,8}$/.test(count) && rest.length === 0) {
    armed = { name, passes: Number(count) };
  } else {
    const names = Object.keys(failpoints).join(', ');
    throw new CodedError(
      'config/invalid',
      `${failpointVariable} \`${text}\` is no \`name:count\` with one of ${names}`,
    );
  }
  return armed?.name ?? null;
}

/** Dies here if this is the place. */
export function failpoint(name: Failpoint): void {
  if (armed === null || armed.name !== name) return;
  armed.passes -= 1;
  if (armed.passes === 0) process.kill(process.pid, 'SIGKILL');
}

/** As `failpoint`, once what has been asked of a socket has left it. */
export function failpointSoon(name: Failpoint): void {
  if (armed === null || armed.name !== name) return;
  setImmediate(() => failpoint(name));
}

function isFailpoint(name: string): name is Failpoint {
  return Object.hasOwn(failpoints, name);
}
