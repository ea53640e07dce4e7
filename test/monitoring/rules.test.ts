import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clauseTestsYaml, safeTestsYaml, shortRules } from '../../scripts/rules-test.ts';
import { promtool } from './support/tools.ts';

const rules = readFileSync('monitoring/rules.yaml', 'utf8');

/** What promtool says of cases of *safe*, by these rules with a short window. */
async function judged(text: string, cases: string) {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-rules-'));
  try {
    writeFileSync(join(folder, 'rules.yaml'), shortRules(text));
    writeFileSync(join(folder, 'safe.test.yaml'), cases);
    return await promtool(['test', 'rules', 'safe.test.yaml'], folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the rules', () => {
  test('are understood by Prometheus', async () => {
    const { code, stdout, stderr } = await promtool(['check', 'rules', 'monitoring/rules.yaml']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('SUCCESS');
  });

  test('fire each alert where they should, and none while all is well', async () => {
    const { code, stdout, stderr } = await promtool([
      'test',
      'rules',
      'monitoring/rules.test.yaml',
    ]);
    expect({ code, output: stdout + stderr }).toMatchObject({ code: 0 });
  });

  test('call nothing safe of which one clause fails, and say which', async () => {
    const { code, stdout, stderr } = await judged(rules, safeTestsYaml());
    expect({ code, output: stdout + stderr }).toMatchObject({ code: 0 });
  });

  test.each([
    ['no_doubtful_flow', 'certainty!="certain"', 'certainty="assumed"'],
    ['no_doubtful_flow', 'process_start_time_seconds >= time() - 600', 'vector(0) > 1'],
    ['no_would_deny', '{attribution="solo"} offset 10m', '{attribution="solo"}'],
    [
      'replicas_agree',
      'min_over_time(policy:rehearsal_replicas_agree',
      'max_over_time(policy:rehearsal_replicas_agree',
    ],
  ])('would fail a case of %s with `%s` changed', async (clause, from, to) => {
    expect(rules).toContain(from);
    const { code } = await judged(rules.replaceAll(from, to), clauseTestsYaml(clause));
    expect(code).not.toBe(0);
  });
});

describe('an alert', () => {
  const alerts = rules.split(/^ {6}- alert: /m).slice(1);

  test('is one of eleven', () => {
    expect(alerts).toHaveLength(11);
  });

  test.each(alerts.map((text) => [text.split('\n')[0] ?? '', text]))(
    '%s has a severity, a summary, a description and a runbook',
    (name, text) => {
      expect(text).toMatch(/severity: (critical|warning|info)/);
      expect(text).toMatch(/summary: .+/);
      expect(text).toMatch(/description: .+/);
      const runbook = /runbook_url: (.+)/.exec(text)?.[1] ?? '';
      expect(runbook).toBe(`docs/runbooks/${name}.md`);
      expect(existsSync(runbook)).toBe(true);
    },
  );
});
