import type { Fields } from './fields.ts';
import { nameFlaw } from './names.ts';
import { shown } from './shown.ts';

/** Why a text is no key of labels or annotations (`example.com/team`), or null. */
export function labelKeyFlaw(key: string): string | null {
  const slash = key.indexOf('/');
  const name = key.slice(slash + 1);
  const isPrefixed = slash === -1 || nameFlaw(key.slice(0, slash)) === null;
  if (isPrefixed && name.length <= 63 && qualified.test(name)) return null;
  return `${shown(key)} is no label key such as \`team\` or \`example.com/team\``;
}

/** Why a text is no value of a label, or null. */
export function labelValueFlaw(value: string): string | null {
  if (value.length > 63) return `${shown(value)} is longer than 63 characters`;
  if (value === '' || qualified.test(value)) return null;
  return `${shown(value)} is no label value: letters, digits, \`-\`, \`_\` and \`.\`, with a letter or digit at each end`;
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

const qualified = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
