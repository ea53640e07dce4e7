import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { lockfilePath, missingPlatforms, type Lockfile } from '../../scripts/lockfile.ts';

const text = readFileSync(lockfilePath, 'utf8');
const lockfile = JSON.parse(text) as Lockfile;

test('the lockfile holds the packages of every platform, so that `npm ci` takes it', () => {
  expect(missingPlatforms(lockfile)).toEqual({});
});

test('the lockfile names no address of a registry', () => {
  expect(text).not.toMatch(/"resolved": "http/);
});

test('a package of another platform is told by its name', () => {
  const packages = {
    'node_modules/a': {
      dev: true,
      optionalDependencies: { '@a/binding-linux-arm64-musl': '1.0.0', '@a/win32-x64': '1.0.0' },
    },
  };
  expect(missingPlatforms({ packages })).toEqual({
    'node_modules/@a/binding-linux-arm64-musl': {
      version: '1.0.0',
      cpu: ['arm64'],
      libc: ['musl'],
      os: ['linux'],
      dev: true,
      optional: true,
    },
    'node_modules/@a/win32-x64': {
      version: '1.0.0',
      cpu: ['x64'],
      os: ['win32'],
      dev: true,
      optional: true,
    },
  });
});
