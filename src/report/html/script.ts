/** Sorts by a click on a heading, and shows what holds the words of the filter. */
export const script = `
'use strict';
const valueOf = (row, column) => {
  const cell = row.cells[column];
  return cell.dataset.value === undefined ? cell.textContent.toLowerCase() : Number(cell.dataset.value);
};
for (const button of document.querySelectorAll('th button')) {
  button.addEventListener('click', () => {
    const heading = button.closest('th');
    const body = heading.closest('table').tBodies[0];
    const isDown = heading.getAttribute('aria-sort') !== 'descending';
    for (const other of heading.parentElement.cells) other.removeAttribute('aria-sort');
    heading.setAttribute('aria-sort', isDown ? 'descending' : 'ascending');
    const column = heading.cellIndex;
    const rows = [...body.rows].sort((one, other) => {
      const [a, b] = [valueOf(one, column), valueOf(other, column)];
      return (a < b ? -1 : a > b ? 1 : 0) * (isDown ? -1 : 1);
    });
    body.append(...rows);
  });
}
const filter = document.querySelector('#filter');
const texts = new Map();
const textOf = (element) => {
  if (!texts.has(element)) texts.set(element, element.textContent.toLowerCase());
  return texts.get(element);
};
filter.addEventListener('input', () => {
  const words = filter.value.toLowerCase().split(/\\s+/).filter((word) => word !== '');
  const holds = (element) => words.every((word) => textOf(element).includes(word));
  for (const row of document.querySelectorAll('#policies tbody tr')) row.hidden = !holds(row);
  for (const section of document.querySelectorAll('section')) {
    const isNamed = holds(section.querySelector('h2'));
    let shown = 0;
    for (const row of section.querySelectorAll('tbody tr')) {
      row.hidden = !isNamed && !holds(row);
      if (!row.hidden) shown += 1;
    }
    section.hidden = !isNamed && shown === 0;
  }
});
`;
