/** A value for each label of a metric. */
export type Labels = Readonly<Record<string, string | number | undefined>>;

/** Labels as a page has them, `{tier="default",…}`; empty if there are none. */
export function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(String(value))}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escape(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
