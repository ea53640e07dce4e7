import { shown } from './shown.ts';

/** Why a text is no DNS subdomain name (`a-b.c`), or null. */
export function nameFlaw(name: string): string | null {
  if (name.length > 253) return `${shown(name)} is longer than 253 characters`;
  if (subdomain.test(name)) return null;
  return `${shown(name)} may hold only lower-case letters, digits, \`-\` and \`.\`, and each part must begin and end with a letter or digit`;
}

/** Why a text is no DNS label (`a-b`), or null. */
export function labelNameFlaw(name: string): string | null {
  if (name.length > 63) return `${shown(name)} is longer than 63 characters`;
  if (label.test(name)) return null;
  return `${shown(name)} may hold only lower-case letters, digits and \`-\`, and must begin and end with a letter or digit`;
}

/** Why Calico takes a text for no policy name (semantics 1.15), or null. */
export function policyNameFlaw(name: string, isNamespaced: boolean): string | null {
  if (name.length > 253) return nameFlaw(name);
  if (isNamespaced && prefixed.test(name)) return null;
  if (oneDot.test(name)) return null;
  return `${shown(name)} must be one or two names joined by a \`.\`, of lower-case letters, digits and \`-\``;
}

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const oneDot = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)?$/;
const prefixed =
  /^(?:knp|ossg)\.default\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
