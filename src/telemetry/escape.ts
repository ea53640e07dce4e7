/**
 * A line of JSON whose texts cannot move a terminal's cursor, turn its writing around or end the line:
 * what JSON leaves raw (U+007F to U+009F, bidirectional and line-breaking characters) becomes `\uXXXX`.
 */
export function escapeLine(json: string): string {
  return json.replace(unsafe, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0');
    return `\\u${code}`;
  });
}

/**
 * The same for a line that somebody decodes before it is shown: every escape of a control character is
 * escaped once more, so that decoding gives the escape and not the character.
 */
export function escapeTwice(json: string): string {
  return escapeLine(json).replace(escapes, (escape, kind: string) =>
    kind === '\\' || kind === '"' || kind === '/' ? escape : `\\${escape}`,
  );
}

const unsafe = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

const escapes = /\\(\\|"|\/|u[0-9a-f]{4}|[bfnrt])/g;
