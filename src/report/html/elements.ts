import { escapeHtml } from '../escapes.ts';
import { grouped } from '../names.ts';

/** A column of a table that can be sorted. */
export interface Column {
  readonly heading: string;
  readonly isNumber?: true;
}

/** A cell: escaped text, a number, or HTML made here, which may stand for a number. */
export type Cell = string | number | { readonly html: string; readonly value?: number };

export function table(id: string, columns: readonly Column[], rows: readonly (readonly Cell[])[]) {
  const headings = columns.map(
    ({ heading, isNumber }) =>
      `<th scope="col"${isNumber === true ? ' class="number"' : ''}><button type="button">${escapeHtml(heading)}</button></th>`,
  );
  const lines = rows.map((row) => `<tr>${row.map((cell) => cellOf(cell)).join('')}</tr>`);
  const name = id === '' ? '' : ` id="${escapeHtml(id)}"`;
  return `<div class="scroll"><table${name}><thead><tr>${headings.join('')}</tr></thead><tbody>\n${lines.join('\n')}\n</tbody></table></div>`;
}

/** Names between backticks become code. */
export function sentence(text: string): string {
  return text
    .split('`')
    .map((part, i) => (i % 2 === 0 ? escapeHtml(part) : `<code>${escapeHtml(part)}</code>`))
    .join('');
}

export function list(texts: readonly string[]): string {
  if (texts.length === 0) return '';
  return `<ul>${texts.map((text) => `<li>${sentence(text)}</li>`).join('')}</ul>`;
}

function cellOf(cell: Cell): string {
  if (typeof cell === 'string') return `<td>${escapeHtml(cell)}</td>`;
  const { html, value } = typeof cell === 'number' ? { html: grouped(cell), value: cell } : cell;
  return value === undefined
    ? `<td>${html}</td>`
    : `<td class="number" data-value="${value}">${html}</td>`;
}
