// The style that matters, as a test: who may import whom, sizes, words, and documents that must
// agree with the code.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { configJsonSchema } from '../src/commands/config/json-schema.ts';
import { canonicalSchemaText } from '../src/flow/avro/canonical-schema.ts';
import { dashboardJson } from '../scripts/dashboard.ts';
import { previewJsonSchema } from '../src/report/schema.ts';
import { metricTable } from '../src/telemetry/metric-table.ts';
import { readmeText } from '../scripts/readme.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '');
const sources = tracked.filter((path) => path.startsWith('src/') && path.endsWith('.ts'));

/** What each folder of `src` may import besides itself. Data flows down this list. */
const layers: Readonly<Record<string, readonly string[]>> = {
  std: [],
  net: ['std'],
  policy: ['std', 'net'],
  flow: ['std', 'net', 'policy'],
  stage: ['std', 'policy', 'flow'],
  codecs: ['std'],
  kafka: ['std', 'codecs', 'stage'],
  registry: ['std', 'stage'],
  files: ['std', 'codecs', 'flow', 'stage'],
  live: ['std', 'policy'],
  telemetry: ['std', 'policy', 'flow', 'stage'],
  report: ['std', 'net', 'policy', 'flow'],
  commands: [
    'std',
    'net',
    'policy',
    'flow',
    'stage',
    'codecs',
    'kafka',
    'registry',
    'files',
    'live',
    'telemetry',
    'report',
  ],
};

/** Folders that do no I/O and read no clock: `node:` modules they may use all the same. */
const pure: Readonly<Record<string, readonly string[]>> = {
  std: [],
  net: [],
  policy: ['node:crypto'],
  // A library that is loaded when it is needed.
  flow: ['node:buffer', 'node:module'],
  stage: ['node:buffer', 'node:crypto'],
  report: ['node:crypto'],
};

/** The one place that imports a library. */
const importers: Readonly<Record<string, string>> = {
  yaml: 'src/policy/resources/',
  avsc: 'src/flow/avro/',
  kafkajs: 'src/kafka/',
  '@node-rs/crc32': 'src/kafka/',
  'prom-client': 'src/telemetry/',
  pino: 'src/telemetry/',
  'pino-pretty': 'src/telemetry/',
  snappy: 'src/codecs/',
  'lz4-napi': 'src/codecs/',
};

interface Import {
  readonly from: string;
  readonly to: string;
}

describe('layers', () => {
  const imports = sources.flatMap(importsOf);

  test('the table knows every folder of src', () => {
    const folders = new Set(sources.map(folderOf).filter((folder) => folder !== ''));
    expect([...folders].filter((folder) => !(folder in layers))).toEqual([]);
  });

  test('imports were found at all', () => {
    expect(imports.length).toBeGreaterThan(20);
  });

  test('a folder imports itself and what the table allows', () => {
    const offenders = imports.filter(({ from, to }) => {
      if (!to.startsWith('src/')) return false;
      const [source, target] = [folderOf(from), folderOf(to)];
      if (source === '' || source === target) return false;
      return !(layers[source]?.includes(target) ?? false);
    });
    expect(offenders).toEqual([]);
  });

  test('the pure folders do no I/O', () => {
    const offenders = imports.filter(({ from, to }) => {
      const allowed = pure[folderOf(from)];
      return allowed !== undefined && to.startsWith('node:') && !allowed.includes(to);
    });
    expect(offenders).toEqual([]);
  });

  test('a library has one importing folder', () => {
    const offenders = imports.filter(({ from, to }) => {
      const home = importers[packageOf(to)];
      return home !== undefined && !from.startsWith(home);
    });
    expect(offenders).toEqual([]);
  });

  test('only commands read the environment, only the rims the clock', () => {
    const offenders = sources.filter((path) => {
      const text = read(path);
      const isPure = folderOf(path) in pure;
      return (
        (!path.startsWith('src/commands/') &&
          path !== 'src/program.ts' &&
          /process\.env\b/.test(text)) ||
        (isPure && /Date\.now\(|new Date\(\)|performance\.now\(|Math\.random\(/.test(text))
      );
    });
    expect(offenders).toEqual([]);
  });
});

describe('sizes', () => {
  test('no source file is over 400 lines', () => {
    const long = sources.filter((path) => read(path).split('\n').length > 400);
    expect(long).toEqual([]);
  });

  test('the median source file is at most 120 lines', () => {
    const lengths = sources.map((path) => read(path).split('\n').length).toSorted((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(120);
  });

  test('a source file exports at most five values', () => {
    const many = sources.filter((path) => {
      const values = read(path).match(/^export (?:async )?(?:function|const|class) /gm) ?? [];
      return values.length > 5 && path !== 'src/index.ts';
    });
    expect(many).toEqual([]);
  });
});

describe('words', () => {
  const texts = tracked.filter(
    (path) =>
      /\.(ts|md|json|ya?ml|sh)$|^\.ci\/|Dockerfile/.test(path) && path !== 'package-lock.json',
  );
  const banned: readonly (readonly [rule: string, pattern: RegExp, where: RegExp])[] = [
    ['unfinished work belongs in an issue', /\b(TODO|FIXME|XXX|HACK)\b/, /^(src|test|bench)\//],
    ['a test is never switched off', /\b(it|test|describe)\.(skip|only|todo)\b/, /^(src|test)\//],
    ['types are never switched off', /@ts-(ignore|nocheck|expect-error)|\bas any\b/, /^src\//],
    ['no file is named after nothing', /(^|\/)(utils?|helpers?|types|misc|common)\.ts$/, /^$/],
    ['no path of a machine', /(^|[^\w.])\/(work|root|home|Users)\//, /./],
    ['the package is not published', /\bnpx rehearsal\b/, /./],
  ];

  test.each(banned)('%s', (_rule, pattern, where) => {
    const offenders = texts
      .filter((path) => path !== 'test/tidy.test.ts')
      .filter((path) => (where.source === '^$' ? pattern.test(path) : where.test(path)))
      .filter((path) => where.source === '^$' || pattern.test(read(path)));
    expect(offenders).toEqual([]);
  });
});

describe('documents', () => {
  test.each([
    ['README.md', 'its tables of commands, keys, metrics and reasons', readmeText],
    ['schemas/config.schema.json', 'the schema of the configuration', configJsonSchema],
    ['schemas/flow-record.avsc', 'the schema of canonical records', canonicalSchemaText],
    ['schemas/preview.schema.json', 'the schema of previews', previewJsonSchema],
    ['monitoring/dashboard.json', 'the dashboard', dashboardJson],
  ])('%s is as the code says: %s', (path, _what, text) => {
    expect(read(path)).toBe(text());
  });

  test('the dashboard asks only for metrics that exist', () => {
    const asked = dashboardJson().match(/rehearsal_\w+/g) ?? [];
    expect(asked.filter((name) => !(name in metricTable))).toEqual([]);
    expect(asked.length).toBeGreaterThan(5);
  });

  test('every page that a page refers to is there', () => {
    const broken = tracked
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) =>
        [...read(path).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((match) =>
          posix.join(dirname(path), match[1] ?? ''),
        ),
      )
      .filter(
        (target) => !tracked.some((path) => path === target || path.startsWith(`${target}/`)),
      );
    expect(broken).toEqual([]);
  });
});

function importsOf(from: string): Import[] {
  const pattern = /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|import\('([^']+)'\)/g;
  return [...read(from).matchAll(pattern)].map((match) => {
    const specifier = match[1] ?? match[2] ?? '';
    const to = specifier.startsWith('.')
      ? posix.normalize(posix.join(dirname(from), specifier))
      : specifier;
    return { from, to };
  });
}

/** `src/policy/index/x.ts` -> `policy`; the files of `src` itself -> ''. */
function folderOf(path: string): string {
  const parts = path.split('/');
  return parts.length > 2 ? (parts[1] ?? '') : '';
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}

function read(path: string): string {
  return readFileSync(`${root}/${path}`, 'utf8');
}
