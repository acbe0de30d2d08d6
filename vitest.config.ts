import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

/** What every suite shares. */
export const shared = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // Real child processes share two cores: more workers only make each other late.
  maxWorkers: 2,
}

/** Needs Debian's Chromium, or root for mounts and namespaces. */
const SYSTEM = ['test/**/*.browser.test.ts', 'test/**/*.root.test.ts']

/** Random and long: by hand, with a seed. */
const SOAK = ['test/**/*.soak.test.ts']

const { maxWorkers: _, ...perProject } = shared

/** One suite; `npm run test:…` says what it needs. `vitest run --project unit` runs one, a file's name finds it in any. */
function suite(name: string, include: readonly string[], more: object = {}): TestProjectInlineConfiguration {
  return { test: { ...perProject, name, include: [...include], exclude: [...SYSTEM, ...SOAK], ...more } }
}

export default defineConfig({
  test: {
    ...shared,
    projects: [
      suite('unit', ['test/unit/**/*.test.ts']),
      suite('integration', ['test/integration/**/*.test.ts']),
      suite('package', ['test/package/**/*.test.ts', 'test/types/**/*.test.ts'], {
        // `npm run typecheck` tells of errors elsewhere.
        typecheck: { enabled: true, include: ['test/types/**/*.test-d.ts'], ignoreSourceErrors: true },
      }),
      suite('system', SYSTEM, { exclude: [] }),
      suite('soak', SOAK, { exclude: [] }),
      // Other people's frameworks, hosts and vendors beside us: their packages are heavy.
      suite('programs', ['test/programs/**/*.test.ts']),
      // openai × Node × module system × way of loading: minutes.
      suite('matrix', ['test/matrix/**/*.test.ts'], { maxConcurrency: 2 }),
      // The folders of examples/, each installed from the packed tarball: minutes of npm. Needs root.
      suite('examples', ['test/examples/**/*.test.ts'], {
        globalSetup: ['test/examples/pack.ts'],
        testTimeout: 600_000,
        hookTimeout: 600_000,
      }),
    ],
  },
})
