/** A user's text in a message: in backticks, on one line, cut to a readable length. */
export function shown(text: string): string {
  const cut = text.length > lengthMax ? `${text.slice(0, lengthMax - 1)}…` : text;
  return `\`${cut.replace(/\p{Cc}/gu, (control) => JSON.stringify(control).slice(1, -1))}\``;
}

const lengthMax = 120;
