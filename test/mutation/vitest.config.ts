import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { shared } from '../../vitest.config.ts'

/** The tests that run in this process alone, for `npm run mutation`: a mutant is not seen by a child process. */
export default defineConfig({
  root: fileURLToPath(new URL('../../', import.meta.url)),
  resolve: {
    alias: [{ find: /^fast-check$/, replacement: fileURLToPath(new URL('fast-check.ts', import.meta.url)) }],
  },
  test: {
    ...shared,
    include: ['test/unit/{openai,decode,content,recorder,spool}/**/*.test.ts', 'test/unit/*.test.ts'],
  },
})
