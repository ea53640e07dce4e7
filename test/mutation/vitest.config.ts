import { defineConfig } from 'vitest/config';

/**
 * The tests that mutants of the policy folders meet: those that are over in seconds and make their objects
 * inside of tests, so that a mutant meets only the tests that reach it.
 */
export default defineConfig({
  test: {
    include: [
      'test/policy/{selector,evaluator,index}/**/*.test.ts',
      'test/flow/{judge,solos,scope,question,gaps,eight-rules}.test.ts',
      'test/mutation/worlds.mutation.ts',
    ],
    exclude: ['test/policy/evaluator/soundness.test.ts'],
    setupFiles: ['test/mutation/setup.ts'],
    isolate: false,
    testTimeout: 60_000,
  },
});
