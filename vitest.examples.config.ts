import { defineConfig } from 'vitest/config'
import { shared } from './vitest.config.ts'

/** The folders of examples/, each installed from the packed tarball: minutes of npm, so not a part of `npm test`. Needs root. */
export default defineConfig({
  test: {
    ...shared,
    include: ['test/examples/**/*.test.ts'],
    globalSetup: ['test/examples/pack.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
})
