import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { shared } from '../../vitest.config.ts'

/** All tests but the matrix, counted line by line. `npm run coverage` starts it and adds what the child processes wrote. */
export default defineConfig({
  root: fileURLToPath(new URL('../../', import.meta.url)),
  test: {
    ...shared,
    include: ['test/{unit,integration}/**/*.test.ts'],
    setupFiles: ['test/coverage/children.ts', 'test/coverage/pages.ts'],
    coverage: {
      enabled: true,
      provider: 'v8',
      include: ['src/**/*.{ts,tsx}'],
      reporter: ['json'],
      reportsDirectory: 'coverage/in-process',
      reportOnFailure: true,
    },
  },
})
