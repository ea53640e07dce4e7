import { describe, expect, test } from 'vitest';
import { formats } from '../../src/report/formats.ts';
import type { Preview } from '../../src/report/schema.ts';
import { aGroup, aPolicy, aPreview } from './support/previews.ts';

const hostile = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  '`|</td></details>',
  '@everyone #1 [x](javascript:alert(1))',
  'https://evil.example www.evil.example',
  '\u001B[2J\u202Egnp.exe\u0007\r\n## gone',
];

function hostilePreview(): Preview {
  const groups = hostile.map((text) =>
    aGroup({ source: text, destination: text, rule: text, sample: text }),
  );
  return aPreview({
    damaged: hostile,
    policies: [aPolicy({ groups, openSample: hostile.join(' ') })],
  });
}

function shown(format: keyof typeof formats, preview: Preview, width = 80): string {
  return formats[format](preview, { width, isColoured: false, policies: ['./policies'] });
}

describe('nothing that came out of a record', () => {
  test('drives a terminal or begins a line of its own', () => {
    expect(shown('table', hostilePreview())).not.toMatch(/(?!\n)\p{Cc}|\u202e|^## /mu);
  });

  test('is a mark, an element, a mention or a link of a comment', () => {
    const text = shown('markdown', hostilePreview());
    expect(text).not.toMatch(/<img|<script|@everyone|https:\/\/evil|www\.evil|\[x\]|^## gone/m);
    expect(text.match(/<\/details>/g)).toHaveLength(text.match(/<details>/g)?.length ?? 0);
  });

  test('is an element or an attribute of a page', () => {
    const text = shown('html', hostilePreview());
    expect(text).not.toMatch(/<img|onerror=alert\(1\)>|<script>alert/);
    expect(text.match(/<script>/g)).toHaveLength(1);
  });
});

describe('a comment', () => {
  const groups = Array.from({ length: 100 }, (_, i) => aGroup({ source: `shop/app-${i}` }));
  const policies = Array.from({ length: 40 }, (_, i) =>
    aPolicy({ name: `snp/shop/p${i}`, groups }),
  );
  const text = shown('markdown', aPreview({ policies }));

  test('is never longer than GitHub takes, and keeps what matters most', () => {
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_536);
    expect(text).toContain('snp/shop/p39');
    expect(text).toContain('shop/app-0');
    expect(text).toMatch(/Cut here: [\d,]+ more blocks/);
  });

  test('tells what breaks before it lists hundreds of policies, and no heading stands alone', () => {
    const safe = Array.from({ length: 600 }, (_, i) =>
      aPolicy({ name: `snp/shop/${'x'.repeat(80)}${i}`, standing: 'safe', groups: [] }),
    );
    const many = shown('markdown', aPreview({ policies: [aPolicy({ groups }), ...safe] }));
    expect(Buffer.byteLength(many)).toBeLessThanOrEqual(65_536);
    expect(many).toContain('shop/app-99');
    expect(many.indexOf('shop/app-99')).toBeLessThan(many.indexOf('The other policies'));
    for (const one of [many, text]) expect(one).not.toMatch(/\|-+:?\|\n(?!\|)/);
  });

  test('closes what it opens', () => {
    expect(text.match(/<\/details>/g)).toHaveLength(text.match(/<details>/g)?.length ?? 0);
  });

  test('is whole where there is room', () => {
    expect(shown('markdown', aPreview())).not.toContain('Cut here');
  });
});

test.each([80, 120])('a table of %i columns is no wider', (width) => {
  const long = aPolicy({ name: `snp/shop/${'x'.repeat(60)}`, why: 'because '.repeat(30) });
  const text = shown('table', aPreview({ policies: [long, aPolicy()] }), width);
  const widest = Math.max(...text.split('\n').map((line) => line.length));
  expect(widest).toBeLessThanOrEqual(width);
});

test('colour is for those who asked for it', () => {
  const coloured = formats.table(aPreview(), { width: 80, isColoured: true, policies: [] });
  expect(coloured).toContain('\u001B[31mbreaks traffic\u001B[0m');
  expect(shown('table', aPreview())).not.toContain('\u001B');
});

test('a page quotes the folders in the command to be copied', () => {
  const text = formats.html(aPreview(), { width: 0, isColoured: false, policies: ["a b'c"] });
  expect(text).toContain(
    'rehearsal promote snp/shop/strict --policies &#39;a b&#39;\\&#39;&#39;c&#39; | kubectl apply -f -',
  );
});
