import { defineConfig } from 'vitest/config'
import { shared } from './vitest.config.ts'

/** Other people's frameworks, hosts and vendors beside us: their packages are heavy, so not a part of `npm test`. */
export default defineConfig({ test: { ...shared, include: ['test/programs/**/*.test.ts'] } })
