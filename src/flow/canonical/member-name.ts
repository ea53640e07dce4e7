import { CodedError } from '../../std/coded-error.ts';
import { canonicalJson } from '../dialects/flat.ts';

const { paths, carried } = canonicalJson;
const taken: ReadonlySet<string> = new Set([...Object.values(paths), ...Object.values(carried)]);

/** Throws `CodedError` if `output.member` is the name of another member of the canonical form. */
export function assertNotTaken(member: string): void {
  if (!taken.has(member)) return;
  throw new CodedError(
    'flow/member-reserved',
    `\`output.member\`: the canonical form has a member \`${member}\` of its own; choose another name`,
  );
}
