/** A value for each label of a metric. */
export type Labels = Readonly<Record<string, string | number | undefined>>;

/** Labels as a page has them, `{tier="default",…}`; empty if there are none. */
export function labelText(labels: Labels): string {
  let pairs = '';
  for (const [name, value] of Object.entries(labels)) {
    pairs += `${pairs === '' ? '' : ','}${name}="${escape(String(value))}"`;
  }
  return pairs === '' ? '' : `{${pairs}}`;
}

function escape(text: string): string {
  // A start makes the texts of many thousand series, hardly any of which has something to escape.
  if (!special.test(text)) return text;
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

const special = /[\\"\n]/;
