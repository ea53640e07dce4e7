import { expect, test } from 'vitest';
import { negotiate } from '../../src/telemetry/negotiate.ts';

const open = 'application/openmetrics-text';

test.each([
  ['nobody asks for anything', undefined, 'prometheus'],
  ['a browser', 'text/html,application/xhtml+xml,*/*;q=0.8', 'prometheus'],
  [
    'Prometheus 2',
    `${open};version=1.0.0,${open};version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`,
    'openmetrics',
  ],
  [
    'Prometheus 3 that prefers text',
    `text/plain;version=0.0.4;q=0.6,${open};version=1.0.0;q=0.5,*/*;q=0.2`,
    'prometheus',
  ],
  ['a client that refuses OpenMetrics', `${open};q=0,text/plain;q=0.1`, 'prometheus'],
  ['in capitals', 'Application/OpenMetrics-Text', 'openmetrics'],
  ['a q that is no number', `${open};q=much`, 'prometheus'],
])('the format for %s', (_name, accept, format) => {
  expect(negotiate({ accept }).format).toBe(format);
});

test.each([
  ['nobody asks', undefined, 'identity'],
  ['gzip is known', 'gzip', 'gzip'],
  ['gzip among others', 'br, gzip;q=0.5', 'gzip'],
  ['gzip is refused', 'gzip;q=0', 'identity'],
  ['anything will do', '*', 'identity'],
])('the encoding where %s', (_name, encoding, expected) => {
  expect(negotiate({ 'accept-encoding': encoding }).encoding).toBe(expected);
});
