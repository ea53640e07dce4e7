import { defineConfig } from 'vitest/config';

/** The suite that needs Prometheus, its promtool and Alertmanager beside a broker: `npm run test:monitoring`. */
export default defineConfig({
  test: {
    name: 'monitoring',
    include: ['test/monitoring/**/*.test.ts'],
    globalSetup: ['test/broker/global-setup.ts'],
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
});
