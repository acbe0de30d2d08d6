import { defineConfig } from 'vitest/config'
import { shared } from './vitest.config.ts'

/** Tests that need more than Node: Debian's Chromium (`*.browser.test.ts`), root for mounts and namespaces (`*.root.test.ts`). */
export default defineConfig({
  test: { ...shared, include: ['test/**/*.browser.test.ts', 'test/**/*.root.test.ts'] },
})
