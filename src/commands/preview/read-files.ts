import type { HasStdin } from '../../files/open-input.ts';
import type { BatchJudge } from '../../stage/ports.ts';
import { judgeRecords } from '../evaluate/judge-records.ts';
import { openRecords, type OpenConfig } from '../evaluate/open-records.ts';
import type { Unread } from '../evaluate/unread.ts';
import type { Progress } from './progress.ts';

export interface ReadFilesOptions {
  readonly surroundings: HasStdin;
  readonly config: OpenConfig;
  readonly nowMs: number;
  readonly unread: Unread;
  readonly progress: Progress;
  readonly judge: BatchJudge;
  /** What the records are called that come next, but for their offset. */
  readonly calls: (place: string) => void;
}

/** Judges the records of files, `-` being stdin. A file that breaks off does not keep the others. */
export async function readFiles(
  paths: readonly string[],
  { surroundings, config, nowMs, unread, progress, judge, calls }: ReadFilesOptions,
): Promise<void> {
  for (const path of paths) {
    progress.begin(path);
    calls(`${path}:`);
    await unread.surviving(async () => {
      for await (const group of openRecords(path, surroundings, config)) {
        unread.add(judgeRecords(group, { judge, path, nowMs }).unreadable);
        progress.add(group.records.length, group.bytes);
      }
    });
  }
  progress.end();
}
