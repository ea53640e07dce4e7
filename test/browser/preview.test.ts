// The page of a preview in a real browser: Debian's `chromium`, or what REHEARSAL_CHROMIUM names. Without one
// this suite fails.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formats } from '../../src/report/formats.ts';
import type { Preview } from '../../src/report/schema.ts';
import { aGroup, aPolicy, aPreview } from '../report/support/previews.ts';

let browser: Browser;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rehearsal-browser-'));
  browser = await chromium.launch({
    executablePath: browserPath(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

function browserPath(): string {
  const given = process.env['REHEARSAL_CHROMIUM'];
  if (given !== undefined) return given;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8' }).trim();
    } catch {
      // The next one.
    }
  }
  throw new Error(
    'no Chromium found: `apt-get install chromium`, or name one in REHEARSAL_CHROMIUM',
  );
}

interface Opened {
  readonly page: Page;
  /** What the page asked the network for, beside itself. */
  readonly requests: readonly string[];
  /** What the console was told of, refusals of the content security policy included. */
  readonly complaints: readonly string[];
}

async function open(preview: Preview, colorScheme: 'light' | 'dark' = 'light'): Promise<Opened> {
  const path = join(folder, 'preview.html');
  const text = formats.html(preview, { width: 0, isColoured: false, policies: ['./policies'] });
  await writeFile(path, text);
  const page = await browser.newPage({ colorScheme });
  const requests: string[] = [];
  const complaints: string[] = [];
  const url = pathToFileURL(path).href;
  page.on('request', (request) => {
    if (request.url() !== url) requests.push(request.url());
  });
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  return { page, requests, complaints };
}

const groups = [
  aGroup({ source: 'shop/web', connections: 5 }),
  aGroup({ source: 'shop/batch', connections: 100, port: 53, protocol: 'udp' }),
  aGroup({ source: 'shop/api', connections: 20 }),
];
const preview = aPreview({
  policies: [
    aPolicy({ groups }),
    aPolicy({ name: 'snp/shop/other', standing: 'safe', groups: [] }),
  ],
});

async function firstColumn(page: Page): Promise<string[]> {
  return page.locator('#policy-0 tbody tr:visible td:nth-child(2)').allTextContents();
}

test('asks nobody for anything, and runs without a complaint', async () => {
  const { requests, complaints } = await open(preview);
  expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
});

test('sorts numbers as numbers, down and then up', async () => {
  const { page } = await open(preview);
  const heading = page.locator('#policy-0 th button', { hasText: 'Connections' });
  await heading.click();
  expect(await firstColumn(page)).toEqual(['shop/batch', 'shop/api', 'shop/web']);
  await heading.click();
  expect(await firstColumn(page)).toEqual(['shop/web', 'shop/api', 'shop/batch']);
});

test('shows what holds the words of the filter', async () => {
  const { page } = await open(preview);
  await page.locator('#filter').fill('dns batch');
  expect(await firstColumn(page)).toEqual(['shop/batch']);
  expect(await page.locator('section:visible').count()).toBe(1);
  await page.locator('#filter').fill('snp/shop/other');
  expect(await page.locator('section:visible h2').allTextContents()).toEqual([
    'snp/shop/other safe',
  ]);
});

describe('what came out of a record', () => {
  const hostile = [
    '<img src="https://evil.example/x" onerror="document.title=1">',
    '</style><script>document.title="pwned"</script>',
    '"><svg onload=fetch("https://evil.example")>',
  ];

  test('is text and nothing else', async () => {
    const all = hostile.map((text) => aGroup({ source: text, rule: text, sample: text }));
    const { page, requests, complaints } = await open(
      aPreview({ policies: [aPolicy({ groups: all })], damaged: hostile }),
    );
    expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
    expect(await page.title()).toBe('Preview of staged policies');
    expect(await firstColumn(page)).toEqual(hostile);
    expect(await page.locator('img, svg, script:not(body > script)').count()).toBe(0);
  });
});

test('a script that is not ours does not run, even if it got in', async () => {
  const { page } = await open(preview);
  await page.evaluate(`
    const script = document.createElement('script');
    script.textContent = 'document.title = "pwned"';
    document.body.append(script);
  `);
  expect(await page.title()).toBe('Preview of staged policies');
});

test.each(['light', 'dark'] as const)('can be read in %s', async (scheme) => {
  const { page } = await open(preview, scheme);
  const contrast: number[] = await page.evaluate(`
    const luminance = (colour) => {
      const [r, g, b] = colour.match(/[\\d.]+/g).map((part) => {
        const share = Number(part) / 255;
        return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const of = (element, name) => luminance(getComputedStyle(element)[name]);
    const section = document.querySelector('section');
    [document.body, section, ...section.querySelectorAll('.tag, .soft, .newly-denied')].map((element) => {
      const ground = of(element === document.body ? element : section, 'backgroundColor');
      const [high, low] = [of(element, 'color'), ground].sort((a, b) => b - a);
      return (high + 0.05) / (low + 0.05);
    });
  `);
  expect(Math.min(...contrast)).toBeGreaterThan(4.5);
});
