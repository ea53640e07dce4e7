import { isUtf8 } from 'node:buffer';

import { unreachable } from '../std/assert.ts';
import { CodedError } from '../std/coded-error.ts';
import { findFiles } from './find-files.ts';
import type { LiveLimits } from './limits.ts';
import { readBounded } from './read-bounded.ts';

/** One file of policies or inventory, under the name by which its user knows it. */
export interface PolicyText {
  readonly file: string;
  readonly text: string;
}

/** Something that was passed over, and why. */
export interface Skipped {
  readonly path: string;
  readonly why: string;
}

export interface PolicyTexts {
  /** In the order of the paths, folders sorted by name. */
  readonly texts: readonly PolicyText[];
  readonly skipped: readonly Skipped[];
}

/**
 * Reads `.yaml`, `.yml` and `.json` files, folders recursively (contract 4). Files given by name may
 * bear any. What is hidden is passed over, so that a mounted ConfigMap is read once.
 * @throws CodedError naming every path that cannot be read, one a line
 */
export async function readPaths(
  paths: readonly string[],
  limits: LiveLimits,
): Promise<PolicyTexts> {
  const { files, skipped, ...found } = await findFiles(paths, limits);
  const problems = [...found.problems];
  const texts: PolicyText[] = [];
  let bytesLeft = limits.policyBytes;
  for (const file of files) {
    const read = await readBounded(file, Math.min(limits.policyFileBytes, bytesLeft));
    switch (read.status) {
      case 'read':
        bytesLeft -= read.bytes.length;
        if (isUtf8(read.bytes)) texts.push({ file, text: read.bytes.toString('utf8') });
        else problems.push(`\`${file}\` is not UTF-8 text`);
        break;
      case 'too-large':
        problems.push(`\`${file}\` is too large: ${tooLarge(bytesLeft, limits)}`);
        break;
      case 'unreadable':
        problems.push(`\`${file}\`: ${read.why}`);
        break;
      default:
        unreachable(read);
    }
  }
  if (problems.length > 0) {
    throw new CodedError('policy/unreadable', problems.join('\n'));
  }
  return { texts, skipped };
}

function tooLarge(bytesLeft: number, limits: LiveLimits): string {
  return bytesLeft < limits.policyFileBytes
    ? `all files together exceed \`limits.policyBytes\`, ${limits.policyBytes}`
    : `it exceeds \`limits.policyFileBytes\`, ${limits.policyFileBytes}`;
}
