// What the host calls: see src/flow/dialects/record-core.ts and src/stage/lane/lane.ts.
import { setRecord } from './fields';
import { link } from './intern';
import { RECORD } from './layout';
import { whole } from './number';

export { forgetAll, setRoom } from './intern';
export { judge, resume } from './lane';
export { setLimits } from './limits';
export { numberOf } from './number';
export { setPortClasses } from './ports';
export { scan } from './scan';

/** The record placed is the one that was scanned, elsewhere. */
export function usePlaced(): void {
  setRecord(RECORD);
}

/** What records like the one last numbered lead to from now on. */
export function linkWhole(answer: usize): void {
  if (whole != 0) link(whole, answer);
}
