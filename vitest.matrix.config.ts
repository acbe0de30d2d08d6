import { defineConfig } from 'vitest/config'
import { shared } from './vitest.config.ts'

/** The whole matrix of openai, Node, module system and way of loading: minutes, so not a part of `npm test`. */
export default defineConfig({ test: { ...shared, include: ['test/matrix/**/*.test.ts'], maxConcurrency: 2 } })
