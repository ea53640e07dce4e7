import type { Readable } from 'node:stream';
import type { BatchJudge } from '../../stage/ports.ts';
import { judgeRecords } from '../evaluate/judge-records.ts';
import { openRecords, type OpenConfig } from '../evaluate/open-records.ts';
import type { Unread } from '../evaluate/unread.ts';
import type { Progress } from './progress.ts';

export interface ReadFilesOptions {
  readonly stdin: Readable;
  readonly config: OpenConfig;
  readonly nowMs: number;
  readonly unread: Unread;
  readonly progress: Progress;
  /** `placeOf` names the records that come next. */
  readonly judgeFor: (placeOf: (offset: number) => string) => BatchJudge;
}

/** Judges the records of files, `-` being stdin. A file that breaks off does not keep the others. */
export async function readFiles(
  paths: readonly string[],
  { stdin, config, nowMs, unread, progress, judgeFor }: ReadFilesOptions,
): Promise<void> {
  let placeOf = nowhere;
  const judge = judgeFor((offset) => placeOf(offset));
  for (const path of paths) {
    progress.begin(path);
    await unread.surviving(async () => {
      for await (const group of openRecords(path, stdin, config)) {
        const { records } = group;
        placeOf = (offset) => `${path}:${records[offset]?.line ?? 0}`;
        const judged = judgeRecords(group, { judge, path, nowMs, isChangedOnly: false });
        unread.add(judged.unreadable);
        progress.add(records);
      }
    });
  }
  progress.end();
}

/** Before anything is read. */
function nowhere(_offset: number): string {
  return '';
}
