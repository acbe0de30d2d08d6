import { defineConfig } from 'vitest/config'

/** What every suite shares; vitest.system.config.ts adds what needs Chromium or root. */
export const shared = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // Real child processes share two cores: more workers only make each other late.
  maxWorkers: 2,
}

export default defineConfig({
  test: {
    ...shared,
    include: [
      'test/unit/**/*.test.ts',
      'test/integration/**/*.test.ts',
      'test/types/**/*.test.ts',
      'test/package/**/*.test.ts',
    ],
    exclude: ['**/*.browser.test.ts', '**/*.root.test.ts'],
    // `npm run typecheck` tells of errors elsewhere.
    typecheck: { enabled: true, include: ['test/types/**/*.test-d.ts'], ignoreSourceErrors: true },
  },
})
