import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { shared } from './vitest.config.ts'

/** The tests that run in this process alone, for `npm run mutation`: a mutant is not seen by a child process. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^fast-check$/, replacement: fileURLToPath(new URL('test/mutation/fast-check.ts', import.meta.url)) },
    ],
  },
  test: { ...shared, include: ['test/unit/openai/**/*.test.ts', 'test/unit/spool/**/*.test.ts'] },
})
