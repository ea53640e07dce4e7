/** Makes characters visible that would drive a terminal, or break or turn around a line. */
export function escapeControls(text: string): string {
  return text.replaceAll(unprintable, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

const unprintable = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu;

/** The same value with all its texts escaped. */
export function escapeTexts<T>(value: T): T {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the letters of texts change
  return JSON.parse(JSON.stringify(value), (_name, one: unknown) =>
    typeof one === 'string' ? escapeControls(one) : one,
  ) as T;
}

/** Text for an element or a quoted attribute of HTML. */
export function escapeHtml(text: string): string {
  return escapeControls(text).replaceAll(
    /[&<>"'`]/g,
    (character) => `&#${character.charCodeAt(0)};`,
  );
}

/**
 * Text for a cell of a table of GitHub's Markdown: nothing in it is a mark, an element, a mention, a
 * reference or a link.
 */
export function escapeMarkdown(text: string): string {
  return escapeControls(text)
    .replaceAll(/[&<>"'`\\|*_~#@[\]$]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replaceAll(/:\/\/|www\./gi, (start) => `${start.slice(0, 1)}&#8203;${start.slice(1)}`);
}
