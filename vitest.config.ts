import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Many tests start the program as a process of its own: half of what that costs is reading its source anew.
    env: {
      NODE_COMPILE_CACHE: fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url)),
    },
    // Two cores is the smallest machine the suites must pass on.
    maxWorkers: 2,
    // Long enough for two cores that others use as well, ten times over; a hang still ends.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: ['test/**/*.test.ts'],
          exclude: ['test/broker/**', 'test/browser/**', 'test/chaos/**', 'test/monitoring/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'chaos',
          include: ['test/chaos/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 180_000,
          // Rows that leave the brokers alone run side by side.
          maxConcurrency: 6,
        },
      },
      {
        extends: true,
        test: {
          name: 'broker',
          include: ['test/broker/**/*.test.ts'],
          globalSetup: ['test/broker/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          // They wait for the broker that they share for most of the time, but not beside what needs the cores.
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
