import * as fc from 'fast-check';

/** JSON as text in all the ways one value can be written. */
const space = fc.stringMatching(/^[ \t\n\r]{0,3}$/);

/** A number in any of the spellings that JSON allows, beyond what a double can hold too. */
const numberText = fc.oneof(
  fc.stringMatching(/^-?(0|[1-9]\d{0,24})(\.\d{1,20})?([eE][+-]?\d{1,3})?$/),
  fc.constantFrom('9007199254740993', '-0', '1e3', '1.0', '1E400', '0.10', '18446744073709551616'),
);

/** One text, each character as it is or escaped in one of several ways. */
export function writingsOf(text: string): fc.Arbitrary<string> {
  const characters = Array.from(text, (character) => fc.constantFrom(...spellings(character)));
  return fc.tuple(...characters).map((parts) => `"${parts.join('')}"`);
}

export const stringText = fc.string({ unit: 'binary', maxLength: 12 }).chain(writingsOf);

/** Any value, as text. */
export const valueText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(stringText, numberText, fc.constantFrom('true', 'false', 'null')),
    fc.array(tie('value'), { maxLength: 4 }).chain((items) => listText(items)),
    fc
      .array(fc.tuple(stringText, tie('value')), { maxLength: 4 })
      .chain((members) => objectText(members)),
  ),
})).value;

export type MemberText = readonly [name: string, value: string];

/** An object of these members in this order, with any white space. */
export function objectText(members: readonly MemberText[]): fc.Arbitrary<string> {
  const parts = members.map(([name, value]) =>
    spaced([name, ':', value]).map((tokens) => tokens.join('')),
  );
  return fc
    .tuple(space, space, ...parts)
    .map(([first, last, ...texts]) => `{${first}${texts.join(',')}${last}}`);
}

function listText(items: readonly string[]): fc.Arbitrary<string> {
  return spaced(items).map((texts) => `[${texts.join(',')}]`);
}

function spaced(tokens: readonly string[]): fc.Arbitrary<string[]> {
  return fc.tuple(...tokens.map((token) => fc.tuple(space, space).map(([a, b]) => a + token + b)));
}

function spellings(character: string): [string, ...string[]] {
  const units = character.split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
  const escaped = units.map((unit) => `\\u${unit}`).join('');
  const plain = JSON.stringify(character).slice(1, -1);
  return [plain, plain, plain, escaped, escaped.toUpperCase().replaceAll('\\U', '\\u')];
}
