import type { Fields } from './fields.ts';

/** Why a text is no DNS subdomain name (`a-b.c`), or null. */
export function nameFlaw(name: string): string | null {
  if (name.length > 253) return `\`${cut(name)}\` is longer than 253 characters`;
  if (subdomain.test(name)) return null;
  return `\`${cut(name)}\` may hold only lower-case letters, digits, \`-\` and \`.\`, and each part must begin and end with a letter or digit`;
}

/** Why a text is no DNS label (`a-b`), or null. */
export function labelNameFlaw(name: string): string | null {
  if (name.length > 63) return `\`${cut(name)}\` is longer than 63 characters`;
  if (label.test(name)) return null;
  return `\`${cut(name)}\` may hold only lower-case letters, digits and \`-\`, and must begin and end with a letter or digit`;
}

/** Why Calico takes a text for no policy name (semantics 1.15), or null. */
export function policyNameFlaw(name: string, isNamespaced: boolean): string | null {
  if (name.length > 253) return nameFlaw(name);
  if (isNamespaced && prefixed.test(name)) return null;
  if (oneDot.test(name)) return null;
  return `\`${cut(name)}\` must be one or two names joined by a \`.\`, of lower-case letters, digits and \`-\``;
}

/** Why a text is no key of labels or annotations (`example.com/team`), or null. */
export function labelKeyFlaw(key: string): string | null {
  const slash = key.indexOf('/');
  const name = key.slice(slash + 1);
  const prefix = slash === -1 ? null : key.slice(0, slash);
  const isSound =
    name.length <= 63 &&
    qualified.test(name) &&
    (prefix === null || (prefix.length <= 253 && subdomain.test(prefix)));
  return isSound
    ? null
    : `\`${cut(key)}\` is no label key such as \`team\` or \`example.com/team\``;
}

/** Why a text is no value of a label, or null. */
export function labelValueFlaw(value: string): string | null {
  if (value.length > 63) return `\`${cut(value)}\` is longer than 63 characters`;
  if (value === '' || qualified.test(value)) return null;
  return `\`${cut(value)}\` is no label value: letters, digits, \`-\`, \`_\` and \`.\`, with a letter or digit at each end`;
}

/** Refuses labels and annotations that no API server would take. */
export function checkMetadata(metadata: Fields): void {
  const labels = metadata.childOrEmpty('labels');
  for (const [key, value] of metadata.map('labels')) {
    const flaw = labelKeyFlaw(key) ?? labelValueFlaw(value);
    if (flaw !== null) labels.report('refused', key, { message: flaw });
  }
  checkAnnotations(metadata);
}

/** Refuses annotations that no API server would take. */
export function checkAnnotations(owner: Fields): void {
  const annotations = owner.childOrEmpty('annotations');
  let bytes = 0;
  for (const [key, value] of owner.map('annotations')) {
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
    const flaw = labelKeyFlaw(key.toLowerCase());
    if (flaw !== null) annotations.report('refused', key, { message: flaw });
  }
  if (bytes <= annotationBytesMax) return;
  owner.report('refused', 'annotations', { message: `more than ${annotationBytesMax} bytes` });
}

const annotationBytesMax = 256 * 1024;

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const oneDot = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)?$/;
const prefixed =
  /^(?:knp|ossg)\.default\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const qualified = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

function cut(text: string): string {
  return text.length > 64 ? `${text.slice(0, 63)}…` : text;
}
